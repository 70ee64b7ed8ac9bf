export type { OperationId } from "./call.ts";
export type { Fault } from "./faults.ts";
export type { RateLimit } from "./rate-limit.ts";
export type { ReceivedRequest } from "./request-log.ts";
export { createSandbox } from "./sandbox.ts";
export type { Sandbox, SandboxOptions } from "./sandbox.ts";
export type { Seed, SeedOrganization, SeedUser } from "./seed.ts";
export type { Snapshot, SnapshotOrganization, SnapshotUser } from "./snapshot.ts";
