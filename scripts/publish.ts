/**
 * Publishes a tarball that was packed and tested before, as it is, under the dist-tag that its version may have.
 *
 *     npm run release:publish -- <tarball> [options of npm publish]
 *
 * Without `--tag` the tag is chosen; with it, it is checked.
 */
import { parseArgs } from "node:util";
import { checkDistTag, chooseDistTag, readDistTags } from "./dist-tag.ts";
import { npmInTerminal } from "./npm.ts";
import { describeTarball } from "./pack.ts";

/** Publishes and returns what to print. */
async function publish(path: string, asked: string | undefined, options: readonly string[]): Promise<string> {
  const { path: tarball, name, version, integrity } = await describeTarball(path);
  const tags = await readDistTags(name);
  const tag = asked ?? chooseDistTag(version, tags);
  checkDistTag(version, tag, tags);
  await npmInTerminal(["publish", tarball, "--access", "public", "--tag", tag, ...options]);
  return `Published ${name} ${version} as \`${tag}\`, ${integrity}`;
}

try {
  const { values, positionals, tokens } = parseArgs({
    allowPositionals: true,
    strict: false,
    tokens: true,
    options: { tag: { type: "string" } },
  });
  const [path] = positionals;
  if (path === undefined) throw new Error("Say which tarball: npm run release:publish -- polytomic-users-1.2.3.tgz");
  const passedOn = tokens.flatMap((token) =>
    token.kind === "option" && token.name !== "tag"
      ? [token.value === undefined ? token.rawName : `${token.rawName}=${token.value}`]
      : [],
  );
  console.log(await publish(path, values.tag as string | undefined, passedOn));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
