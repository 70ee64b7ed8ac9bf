/**
 * The public TypeScript surface of the package, scripts/package/surface.md. It is made from the bundled declarations in
 * dist/, which users compile against, without their comments. The ESM declarations re-export those of CommonJS.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as prettier from "prettier";
import ts from "typescript";

export const SURFACE = "scripts/package/surface.md";

const INTRODUCTION = `# The public surface

The declarations of every entry point of the package, without comments: this is what users compile against.
\`npm run docs:update\` writes this page. Removing or changing a line here can break a user's build. Every change of this
page needs a changeset.
`;

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly require: { readonly types: string } }>>;
}

/** The page, as the build in `root` declares the surface. */
export async function surfacePage(root: string): Promise<string> {
  const { name, exports } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Manifest;
  const sections = [INTRODUCTION];
  for (const [path, target] of Object.entries(exports)) {
    if (typeof target === "string") continue;
    const declarations = withoutComments(await readFile(join(root, target.require.types), "utf8"));
    sections.push(`## ${name}${path.slice(1)}\n\n\`\`\`ts\n${declarations}\n\`\`\`\n`);
  }
  const options = await prettier.resolveConfig(join(root, SURFACE));
  return prettier.format(sections.join("\n"), { ...options, parser: "markdown" });
}

function withoutComments(declarations: string): string {
  const source = ts.createSourceFile("index.d.ts", declarations, ts.ScriptTarget.Latest);
  return ts.createPrinter({ removeComments: true }).printFile(source);
}
