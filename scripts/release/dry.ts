/**
 * `npm run release:dry`: a release without the upload. It packs once, into packed/, and tests that tarball as a release
 * does: `npm run check`, then projects that install it from a local registry.
 */
import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { pack, summarize } from "../package/pack.ts";

await rm("packed", { recursive: true, force: true });
const tarball = await pack("packed");
const env = { ...process.env, TARBALL: tarball.path };
for (const script of ["check", "test:package"]) {
  console.log(`\nnpm run ${script}`);
  const { status } = spawnSync("npm", ["run", "--silent", script], { env, stdio: "inherit" });
  if (status !== 0) {
    console.error(`\nnpm run ${script} failed, so ${tarball.name} ${tarball.version} is not ready to be published.`);
    process.exit(1);
  }
}
console.log(`\nA release would publish:\n\n${summarize(tarball)}`);
