/** `npm run check:workflows`, after actionlint: what this project asks of its workflows besides. */
import { glob, readFile } from "node:fs/promises";
import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: unknown;
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix?: { readonly script?: readonly string[] } };
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Somebody else's action, pinned by commit. */
const PINNED = /^[\w-]+\/[\w./-]+@[0-9a-f]{40}$/;

/** What is wrong with a workflow, in sentences. */
export function faultsOf(text: string, scripts: Readonly<Record<string, string>>): string[] {
  const workflow = parse(text) as Workflow;
  const { permissions, jobs } = workflow;
  return [
    ...usedBy(workflow)
      .filter(
        (action) => !action.startsWith("./.github/workflows/") && !(PINNED.test(action) && isVersioned(text, action)),
      )
      .map((action) => `${action} is not pinned: write <action>@<40 hex digits of a commit> # v1.2.3.`),
    ...(JSON.stringify(permissions) === "{}" ? [] : ["The workflow has permissions: write `permissions: {}`."]),
    ...Object.entries(jobs).flatMap(([name, job]) => faultsOfJob(job, scripts).map((fault) => `${name}: ${fault}`)),
  ];
}

/** The values of every key `uses`, however it is written. */
function usedBy(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === "uses" && typeof value === "string" ? [value] : usedBy(value),
  );
}

/** Whether each place that names the action says in a comment which version it is. */
function isVersioned(text: string, action: string): boolean {
  const lines = text.split("\n").filter((line) => line.includes(action));
  return lines.every((line) => /# v\d+\.\d+\.\d+$/.test(line));
}

function faultsOfJob(job: Job, scripts: Readonly<Record<string, string>>): string[] {
  const { permissions, steps = [], strategy } = job;
  const called = [
    ...steps.flatMap(({ run = "" }) =>
      [...run.matchAll(/npm run +(?:--\w+ +)*(?<script>[\w:-]+)/g)].map(([, script]) => script!),
    ),
    ...(strategy?.matrix?.script ?? []),
  ];
  return [
    ...(typeof permissions === "object" && permissions !== null
      ? []
      : ["The job does not list the permissions that it needs."]),
    ...steps
      .filter(
        ({ uses, with: inputs }) =>
          /^actions\/checkout@/i.test(uses ?? "") && !(inputs?.["persist-credentials"] === false),
      )
      .map(() => "The checkout leaves a token behind: write `persist-credentials: false`."),
    ...called.filter((script) => !Object.hasOwn(scripts, script)).map((script) => `There is no script ${script}.`),
  ];
}

if (import.meta.main) {
  const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as { scripts: Record<string, string> };
  for await (const file of glob(".github/workflows/*.{yml,yaml}")) {
    for (const fault of faultsOf(await readFile(file, "utf8"), scripts)) {
      console.error(`${file}: ${fault}`);
      process.exitCode = 1;
    }
  }
}
