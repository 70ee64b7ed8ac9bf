/**
 * `npm run docs` builds the site from docs/ in site/, and `npm run docs -- --dev` serves it on 127.0.0.1 while you edit.
 * The pages about contributing and changes are copies of the files at the top of the repository.
 */
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./markdown.ts";

const REPOSITORY = "https://github.com/polytomic-users/polytomic-users/blob/main";
const VITEPRESS = join(ROOT, "docs/node_modules/vitepress/bin/vitepress.js");
const NO_CHANGES = "# Changelog\n\nNo version has been released yet.\n";

const { values } = parseArgs({ options: { dev: { type: "boolean" } } });
await copyPage(
  "CONTRIBUTING.md",
  "contributing",
  "How to set up the repository, change the client, the spec or the documentation, and send a pull request.",
);
await copyPage(
  "CHANGELOG.md",
  "changelog",
  "The changes of each version of polytomic-users, with the API version and the digest of its spec.",
  NO_CHANGES,
);
process.exitCode = values.dev ? serve() : build();

/** Writes a page of docs/project/ that has the contents of a file at the top of the repository. */
async function copyPage(file: string, name: string, description: string, missing?: string): Promise<void> {
  const text = await readFile(join(ROOT, file), "utf8").catch((error: unknown) => {
    if (missing === undefined) throw error;
    return missing;
  });
  const page = `---\ndescription: ${description}\neditLink: false\n---\n\n${relink(text)}`;
  await writeFile(join(ROOT, `docs/project/${name}.md`), page);
}

/** Links lead to pages of the site, or to the repository if the site does not have the file. */
function relink(text: string): string {
  const parts = text
    .split(/(^```.*?^```$)/ms)
    .map((part) =>
      part.startsWith("```")
        ? part
        : part.replaceAll(/\]\((?!https:|mailto:|#)([^)#\s]+)/g, (_link, path: string) =>
            path.startsWith("docs/") ? `](${posix.relative("docs/project", path)}` : `](${REPOSITORY}/${path}`,
          ),
    );
  return parts.join("");
}

/** Prints the output of VitePress only if the build fails: it is a line for every page. */
function build(): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, [VITEPRESS, "build", "docs"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  console.log(status === 0 ? "Built the site in site/." : `${stdout}${stderr}`);
  return status ?? 1;
}

function serve(): number {
  const args = [VITEPRESS, "dev", "docs", "--host", "127.0.0.1"];
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: "inherit" }).status ?? 1;
}
