export { createSandbox } from "./sandbox.ts";
export type { Sandbox } from "./sandbox.ts";
