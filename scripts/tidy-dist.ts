/**
 * A step of the build, after the bundler.
 *
 * Breaks the lines of the sandbox: of an error that nobody catches Node prints the line that threw, which else is the
 * whole file. The bundler writes all on one line or all white space. Source maps follow.
 *
 * Takes the comment out of the declarations that names a source map, since the bundler writes none for them.
 */
import { glob, readFile, writeFile } from "node:fs/promises";
import { transform } from "esbuild";

const MAP_COMMENT = /^\/\/# sourceMappingURL=.*$/m;

for await (const file of glob("dist/testing/*.{js,cjs}")) {
  const code = await readFile(file, "utf8");
  const map = await readFile(`${file}.map`, "base64");
  const { code: broken, map: brokenMap } = await transform(
    code.replace(MAP_COMMENT, `//# sourceMappingURL=data:application/json;base64,${map}`),
    { minifyWhitespace: true, lineLimit: 120, sourcemap: "external", sourcefile: file, platform: "neutral" },
  );
  await writeFile(file, `${broken}${MAP_COMMENT.exec(code)![0]}\n`);
  await writeFile(`${file}.map`, brokenMap);
}

for await (const file of glob("dist/**/*.d.cts")) {
  await writeFile(file, (await readFile(file, "utf8")).replace(MAP_COMMENT, ""));
}
