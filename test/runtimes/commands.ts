import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The installed runtimes. */
export const TOOLS = fileURLToPath(new URL("node_modules/", import.meta.url));

/** The command that starts each runtime. Deno gets no permission other than the network of this machine, and a host that does not exist. */
export const COMMANDS: Readonly<Record<string, readonly [program: string, ...options: string[]]>> = {
  "Node 20": [join(TOOLS, "node-20/bin/node")],
  "Node 22": [join(TOOLS, "node-22/bin/node")],
  "Node 24": [process.execPath],
  "Node 26": [join(TOOLS, "node-26/bin/node")],
  Bun: [join(TOOLS, ".bin/bun"), "run"],
  Deno: [join(TOOLS, ".bin/deno"), "run", "--no-prompt", "--allow-net=127.0.0.1,nowhere.invalid"],
};
