import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { npm } from "../../scripts/package/npm.ts";
import { tarballToTest, type Tarball } from "../../scripts/package/pack.ts";
import { useRegistry } from "./project.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The URL of the registry, with a slash at the end. */
    registry: string;
    /** The tarball that was published to the registry. */
    tarball: Tarball;
  }
}

const REGISTRY = fileURLToPath(new URL("registry.ts", import.meta.url));

/** Packs once, and publishes the tarball to a local registry. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "test-package-"));
  const tarball = await tarballToTest(folder);
  const { registry, child } = await startRegistry(folder);
  project.provide("registry", registry);
  project.provide("tarball", tarball);
  await useRegistry(folder, registry);
  await npm(["publish", tarball.path], { cwd: folder });
  return async () => {
    const ended = once(child, "exit");
    child.disconnect();
    await ended;
    await rm(folder, { recursive: true });
  };
}

async function startRegistry(folder: string): Promise<{ registry: string; child: ChildProcess }> {
  const child = fork(REGISTRY, [folder], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`The registry exited with code ${code} before it was ready.`);
  });
  const [registry] = (await Promise.race([once(child, "message"), failed])) as [string];
  failed.catch(() => {});
  return { registry, child };
}
