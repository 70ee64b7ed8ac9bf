import type { TestProject } from "vitest/node";
import { installTarball } from "./install.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder of a project with the smoke program and the installed tarball. */
    installed: string;
  }
}

/** Packs and installs once, for all test files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { folder, remove } = await installTarball();
  project.provide("installed", folder);
  return remove;
}
