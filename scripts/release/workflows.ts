/** The rules of this project for GitHub workflows, in addition to those of actionlint. */
import { glob, readFile } from "node:fs/promises";
import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: unknown;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const PINNED = /^[\w-]+\/[\w./-]+@[0-9a-f]{40}$/;

/**
 * The problems of a workflow, one sentence each.
 *
 * @param commands What a workflow may run: `npm run build`, `node scripts/package/pack.ts`.
 */
export function problemsOf(text: string, commands: readonly string[]): string[] {
  const workflow = parse(text) as Workflow;
  const { permissions, jobs } = workflow;
  return [
    ...usesOf(workflow)
      .filter((action) => !action.startsWith("./.github/workflows/"))
      .filter((action) => !(PINNED.test(action) && namesVersion(text, action)))
      .map((action) => `${action} is not pinned. Write <action>@<commit of 40 hex digits> # v1.2.3.`),
    ...(JSON.stringify(permissions) === "{}" ? [] : ["The workflow has permissions. Write `permissions: {}`."]),
    ...commandsOf(text)
      .filter((command) => !commands.includes(command))
      .map((command) => `\`${command}\` does not exist.`),
    ...Object.entries(jobs).flatMap(([name, job]) => problemsOfJob(job).map((problem) => `${name}: ${problem}`)),
  ];
}

/** The value of every `uses` key. */
function usesOf(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === "uses" && typeof value === "string" ? [value] : usesOf(value),
  );
}

/** Whether a comment names the version wherever the action is used. */
function namesVersion(text: string, action: string): boolean {
  const lines = text.split("\n").filter((line) => line.includes(action));
  return lines.every((line) => /# v\d+\.\d+\.\d+$/.test(line));
}

/** The npm scripts and programs of this project that a workflow runs. */
function commandsOf(text: string): string[] {
  const scripts = [...text.matchAll(/npm run +(?:--\w+ +)*([\w:-]+)/g)].map(([, script]) => `npm run ${script}`);
  const programs = [...text.matchAll(/node (scripts\/\S+)/g)].map(([, program]) => `node ${program}`);
  return [...scripts, ...programs];
}

function problemsOfJob({ permissions, steps = [] }: Job): string[] {
  const listsPermissions = typeof permissions === "object" && permissions !== null;
  const checkouts = steps.filter(({ uses }) => /^actions\/checkout@/i.test(uses ?? ""));
  return [
    ...(listsPermissions ? [] : ["The job does not list its permissions."]),
    ...checkouts
      .filter((step) => step.with?.["persist-credentials"] !== false)
      .map(() => "The checkout leaves a token behind. Write `persist-credentials: false`."),
  ];
}

if (import.meta.main) {
  const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as { scripts: Record<string, string> };
  const commands = Object.keys(scripts).map((script) => `npm run ${script}`);
  for await (const program of glob("scripts/**/*.ts")) commands.push(`node ${program.replaceAll("\\", "/")}`);
  for await (const file of glob(".github/workflows/*.{yml,yaml}")) {
    for (const problem of problemsOf(await readFile(file, "utf8"), commands)) {
      console.error(`${file}: ${problem}`);
      process.exitCode = 1;
    }
  }
}
