/**
 * Checks that the changesets since the last version tag announce the changes since then: at least what the changes of the
 * spec require, and at least minor if the public surface differs.
 *
 *     npm run check -- announced
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SURFACE } from "../package/surface.ts";
import { specChangesSince, verdictOf } from "../spec/diff.ts";
import { greatest, isGreater, type Impact } from "../spec/impact.ts";
import { announcedSince } from "./announced.ts";
import { fileAt, lastRelease } from "./base.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Prints what is not announced, and returns the exit code. */
export async function checkChangesets(root: string = ROOT): Promise<number> {
  const release = lastRelease(root);
  if (!release) {
    console.log("No version is tagged yet, so there are no changes to announce.");
    return 0;
  }
  const { impact: announced } = await announcedSince(root, release);
  const surfaceDiffers = (await readFile(join(root, SURFACE), "utf8")) !== fileAt(root, release, SURFACE);
  const required: Readonly<Record<string, Impact>> = {
    spec: verdictOf(await specChangesSince(release, root)),
    "public surface": surfaceDiffers ? "minor" : "none",
  };
  const greatestRequired = greatest(Object.values(required));
  console.log(
    `Since ${release.ref}, the changes require ${greatestRequired}, and the changesets announce ${announced}.`,
  );
  const missing = Object.entries(required).filter(([, impact]) => isGreater(impact, announced));
  for (const [what, impact] of missing) {
    console.error(`The ${what} has changed, which needs at least a ${impact} changeset. Run \`npx changeset\`.`);
  }
  return missing.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await checkChangesets();
