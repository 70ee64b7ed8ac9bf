#!/usr/bin/env node
import { runCommand } from "./command.ts";

process.stdout.on("error", () => undefined); // keeps serving after the reader of its output has exited

try {
  const served = await runCommand(process.argv.slice(2), (text) => void process.stdout.write(text));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void served?.close());
} catch (error) {
  process.stderr.write(`polytomic-sandbox: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
