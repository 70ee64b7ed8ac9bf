/** Runs one redocly command for each message, and responds with its exit code and output. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const PACKAGE = createRequire(import.meta.url).resolve("@redocly/cli/package.json");
const PROGRAM = pathToFileURL(join(dirname(PACKAGE), "lib/index.js")).href;

let runs = 0;
let isRunning = false;
let output = { stdout: "", stderr: "" };

process.on("message", (args: string[]) => {
  process.argv = [process.execPath, "redocly", ...args];
  output = { stdout: "", stderr: "" };
  process.channel!.unref(); // redocly exits when nothing keeps the event loop alive
  runs++;
  isRunning = true;
  void import(`${PROGRAM}?run=${runs}`); // a new URL, because Node evaluates a module once per URL
});

process.exit = (status) => {
  if (!isRunning) throw new Error("redocly exited twice"); // a second result would be taken for that of the next command
  isRunning = false;
  process.channel!.ref();
  process.send!({ status, ...output });
  return undefined as never;
};

for (const name of ["stdout", "stderr"] as const) {
  process[name].write = (text: unknown) => {
    output[name] += String(text);
    return true;
  };
}
