/**
 * `npm run release:dry`: a release without the upload. Builds and packs once, into packed/, and looks at that tarball as
 * the release does: the checks, and consumers that install it from a registry of this machine.
 */
import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { pack, summarize } from "./pack.ts";

await rm("packed", { recursive: true, force: true });
const tarball = await pack("packed");
const env = { ...process.env, TARBALL: tarball.path };
for (const script of ["check", "test:package"]) {
  console.log(`\nnpm run ${script}`);
  const { status } = spawnSync("npm", ["run", "--silent", script], { env, stdio: "inherit" });
  if (status !== 0) {
    console.error(`\nnpm run ${script} has failed: ${tarball.name} ${tarball.version} is not ready to be published.`);
    process.exit(1);
  }
}
console.log(`\nThis is what would be published:\n\n${summarize(tarball)}`);
