/**
 * Takes the white space out of the code in dist/, yet keeps its lines short: of an error that nobody catches Node prints
 * the line that threw. A step of the build, because its bundler writes either all on one line or all white space.
 * Source maps follow.
 */
import { glob, readFile, writeFile } from "node:fs/promises";
import { transform } from "esbuild";

for await (const file of glob("dist/**/*.{js,cjs}")) {
  const code = await readFile(file, "utf8");
  const map = await readFile(`${file}.map`, "base64");
  const { code: broken, map: brokenMap } = await transform(
    code.replace(/^\/\/# sourceMappingURL=.*$/m, `//# sourceMappingURL=data:application/json;base64,${map}`),
    { minifyWhitespace: true, lineLimit: 120, sourcemap: "external", sourcefile: file, platform: "neutral" },
  );
  const [comment] = /^\/\/# sourceMappingURL=.*$/m.exec(code)!;
  await writeFile(file, `${broken}${comment}`);
  await writeFile(`${file}.map`, brokenMap);
}
