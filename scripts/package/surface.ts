/**
 * The public TypeScript surface on one page, docs/project/surface.md. It is made from the bundled declarations in dist/, which
 * users compile against, without their comments. The ESM declarations re-export those of CommonJS.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as prettier from "prettier";
import ts from "typescript";

/** The path of the page. */
export const SURFACE = "docs/project/surface.md";

const INTRODUCTION = `---
description: "The public TypeScript surface of the package: every export, as declared."
---

# The public surface

The declarations of every entry point of the package, without comments: this is what users compile against.
\`npm run docs:update\` writes this page, and \`npm run check\` fails when it differs from the build. Removing or changing a
line here can break a user's build.
`;

/** The page, as the build in `root` declares the surface. */
export async function surfacePage(root: string): Promise<string> {
  const sections = (await entryPoints(root)).map(async ({ specifier, declarations }) => {
    const text = withoutComments(await readFile(join(root, declarations), "utf8"));
    return `## ${specifier}\n\n\`\`\`ts\n${text}\n\`\`\`\n`;
  });
  const text = [INTRODUCTION, ...(await Promise.all(sections))].join("\n");
  return prettier.format(text, { ...(await prettier.resolveConfig(join(root, SURFACE))), parser: "markdown" });
}

/** An entry of `exports` in package.json that has types. */
interface EntryPoint {
  /** The module that users import, such as `"polytomic-users/testing"`. */
  readonly specifier: string;
  readonly declarations: string;
}

async function entryPoints(root: string): Promise<EntryPoint[]> {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    name: string;
    exports: Record<string, string | { require: { types: string } }>;
  };
  return Object.entries(manifest.exports).flatMap(([path, target]) =>
    typeof target === "string"
      ? []
      : [{ specifier: manifest.name + path.slice(1), declarations: target.require.types }],
  );
}

function withoutComments(declarations: string): string {
  const source = ts.createSourceFile("index.d.ts", declarations, ts.ScriptTarget.Latest);
  return ts.createPrinter({ removeComments: true }).printFile(source);
}
