/**
 * A registry without upstream registries, on a free port of 127.0.0.1: `node registry.ts <folder>`. It sends its URL to
 * the parent process, and exits with it.
 */
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** The part of verdaccio that is used here. */
interface Verdaccio {
  readonly runServer: (config: object) => Promise<Server>;
}

const { runServer } = createRequire(import.meta.url)("verdaccio") as Verdaccio;
const [folder = "."] = process.argv.slice(2);

const server = await runServer({
  storage: join(folder, "storage"),
  self_path: folder,
  uplinks: {},
  packages: { "**": { access: ["$all"], publish: ["$anonymous"], unpublish: ["$anonymous"] } },
  auth: { htpasswd: { file: join(folder, "htpasswd") } },
  max_body_size: "20mb",
  log: { type: "stdout", format: "json", level: "fatal" },
});
server.listen(0, "127.0.0.1", () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
process.on("disconnect", () => process.exit());
