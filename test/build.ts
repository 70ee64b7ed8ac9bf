import { execSync } from "node:child_process";

/** Builds dist/, so that a test file that runs alone does not test an old build. */
export function setup(): void {
  execSync("npm run --silent build", { stdio: "inherit" });
}
