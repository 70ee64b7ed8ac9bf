import { join } from "node:path";
import { expect, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";
import { createProject, TOOLS } from "./project.ts";

const BUNDLERS = {
  esbuild: ["esbuild/bin/esbuild", "--bundle", "--outfile=bundle.js"],
  rolldown: ["rolldown/bin/cli.mjs", "--file=bundle.js", "--format=esm"],
};

test.each(Object.entries(BUNDLERS))(
  "a bundle that %s has minified works, and its errors keep their names",
  async (_name, [bundler, ...options]) => {
    const served = await listen(createSandbox());
    try {
      const project = await createProject({ type: "module" }, "bundled.js");
      await project.run(join(TOOLS, bundler!), "bundled.js", "--minify", "--platform=neutral", ...options);
      const [jane, john, errors] = (await project.run("bundle.js", served.url)).split("\n");
      expect([jane, john]).toEqual(["jane.doe@acmecorp.com", "john.smith@acmecorp.com"]);
      expect(JSON.parse(errors ?? "")).toEqual({
        names: [
          "InvalidArgumentError",
          "NotFoundError",
          "UnauthorizedError",
          "UnprocessableEntityError",
          "ConnectionError",
        ],
        isNotFound: true,
      });
    } finally {
      await served.close();
    }
  },
);
