/**
 * The public TypeScript surface, as one page to review: docs/surface.md.
 *
 *     npm run api              build, and write the page
 *     npm run api -- --check   compares instead of writing; exit 1 and a diff when the surface has changed
 *
 * It is made from the bundled declarations in dist/, which is what users compile against, without their comments: those
 * of CommonJS, which ESM takes up.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createTwoFilesPatch } from "diff";
import * as prettier from "prettier";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const PAGE = "docs/surface.md";
const INTRODUCTION = `# The public surface

What users compile against: the declarations of every entry of the package, without comments. Written by
\`npm run api\`; \`npm run check\` fails when it is not what the build declares. A line that is removed or changed
here can break somebody's build.
`;

/** An entry of package.json's `exports` that has declarations. */
interface Entry {
  /** What users import, such as `"polytomic-users/testing"`. */
  readonly specifier: string;
  readonly declarations: string;
}

async function entries(): Promise<Entry[]> {
  const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    name: string;
    exports: Record<string, string | { require: { types: string } }>;
  };
  return Object.entries(manifest.exports).flatMap(([path, target]) =>
    typeof target === "string"
      ? []
      : [{ specifier: manifest.name + path.slice(1), declarations: join(ROOT, target.require.types) }],
  );
}

async function page(): Promise<string> {
  const sections = (await entries()).map(async ({ specifier, declarations }) => {
    const text = withoutComments(await readFile(declarations, "utf8"));
    return `## ${specifier}\n\n\`\`\`ts\n${text}\n\`\`\`\n`;
  });
  const text = [INTRODUCTION, ...(await Promise.all(sections))].join("\n");
  return prettier.format(text, { ...(await prettier.resolveConfig(join(ROOT, PAGE))), parser: "markdown" });
}

function withoutComments(declarations: string): string {
  const source = ts.createSourceFile("index.d.ts", declarations, ts.ScriptTarget.Latest);
  return ts.createPrinter({ removeComments: true }).printFile(source);
}

async function run(check: boolean): Promise<number> {
  const declared = await page();
  if (!check) {
    await writeFile(join(ROOT, PAGE), declared);
    console.log(`Wrote ${PAGE}.`);
    return 0;
  }
  const committed = await readFile(join(ROOT, PAGE), "utf8").catch(() => "");
  if (declared === committed) {
    console.log(`${PAGE} is what the build declares.`);
    return 0;
  }
  console.error(createTwoFilesPatch(PAGE, PAGE, committed, declared, "committed", "as built"));
  console.error(`The public surface has changed. If that is meant, run \`npm run api\` and commit ${PAGE}.`);
  return 1;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: "boolean" } } });
  process.exitCode = await run(values.check ?? false);
}
