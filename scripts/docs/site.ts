/** `npm run docs` builds the site from docs/ in site/, and `npm run docs -- --dev` serves it on 127.0.0.1 while you edit. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { copyPage } from "./copy-page.ts";
import { ROOT } from "./markdown.ts";

const VITEPRESS = join(ROOT, "docs/node_modules/vitepress/bin/vitepress.js");

const { values } = parseArgs({ options: { dev: { type: "boolean" } } });
await writePage(
  "contributing",
  "CONTRIBUTING.md",
  "Contributing",
  "How to set up the repository, change the client, the spec or the documentation, and release the change.",
);
await writePage(
  "changelog",
  "CHANGELOG.md",
  "Changelog",
  "The changes of each version of polytomic-users, with the API version and the digest of its spec.",
);
process.exitCode = values.dev ? await serve() : await build();

async function writePage(name: string, file: string, title: string, description: string): Promise<void> {
  const source = await readFile(join(ROOT, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (file !== "CHANGELOG.md" || error.code !== "ENOENT") throw error;
    return `# ${title}\n\nNo version has been released yet.\n`;
  });
  await writeFile(join(ROOT, `docs/project/${name}.md`), copyPage(source, title, description));
}

/** Prints the output of VitePress only if the build fails: it has a line for every page. */
async function build(): Promise<number> {
  const child = spawn(process.execPath, [VITEPRESS, "build", "docs"], { cwd: ROOT });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (code === 0) console.log("Built the site in site/.");
  else console.error(out + err);
  return (code as number | null) ?? 1;
}

/** Serves the site until Ctrl-C, which reaches VitePress as well, since the terminal signals both. */
async function serve(): Promise<number> {
  const child = spawn(process.execPath, [VITEPRESS, "dev", "docs", "--host", "127.0.0.1"], {
    cwd: ROOT,
    stdio: "inherit",
  });
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill());
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 0;
}
