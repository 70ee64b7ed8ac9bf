import { constants } from "node:os";
import type { Outcome } from "./execute.ts";
import { describeStep } from "./plan.ts";

const DONE = { create: "created", change: "changed", delete: "deleted" };

/** Shows a bar on a terminal, and a line for each user otherwise. */
export function showProgress(total: number, stream: NodeJS.WriteStream = process.stderr) {
  let finished = 0;
  function add({ step, result, note }: Outcome): void {
    finished++;
    const line = `${result === "done" ? DONE[step.action] : `could not ${step.action}`} ${step.email}${note ? `: ${note}` : ""}`;
    if (!stream.isTTY) return void stream.write(`${finished}/${total} ${line}\n`);
    const filled = Math.floor((20 * finished) / total);
    const isNews = result === "failed" || note !== undefined;
    const bar = `[${"#".repeat(filled).padEnd(20, ".")}] ${finished}/${total}`;
    stream.write(`\r\u{1b}[K${isNews ? `${line}\n` : ""}${bar}`);
  }
  const end = (): void => void (stream.isTTY && stream.write("\n"));
  return { add, end };
}

/** Counts the outcomes, and lists the users that failed or are left, by address. */
export function describeOutcomes(outcomes: readonly Outcome[]): string {
  const count = (wanted: string): number =>
    outcomes.filter(({ step, result }) => (result === "done" ? DONE[step.action] : result) === wanted).length;
  const counts = [...Object.values(DONE), "failed", "not started"].map((each) => `${each}: ${count(each)}`).join(", ");
  const failed = outcomes.filter(({ result }) => result === "failed");
  const left = outcomes.filter(({ result }) => result === "not started");
  return [
    counts,
    ...section(
      "Failed",
      failed.map(({ step, note }) => `  ${step.action} ${step.email}: ${note}`),
    ),
    ...section(
      "Not started",
      left.map(({ step }) => `  ${step.action}${describeStep(step)}`),
    ),
    ...(failed.length + left.length > 0 ? ["\nRun the command again to do what is left."] : []),
  ].join("\n");
}

function section(heading: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [`\n${heading}:`, ...lines] : [];
}

/** On the first Ctrl-C or SIGTERM, no further call starts, and running calls finish. The second one ends the process. */
export function stopOnSignal() {
  const controller = new AbortController();
  let exitCode: number | undefined;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      const isSecond = exitCode !== undefined;
      exitCode = 128 + constants.signals[name];
      if (isSecond) process.exit(exitCode);
      console.error(
        "\nStopping after the running calls, which take up to 5 minutes each. Press Ctrl-C again to end at once.",
      );
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode };
}
