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

/** Somebody else's action, pinned by commit, with the version that it is in a comment. */
const PINNED = /^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** What is wrong with a workflow, in sentences. */
export function faultsOf(text: string, scripts: Readonly<Record<string, string>>): string[] {
  const { permissions, jobs } = parse(text) as Workflow;
  const used = [...text.matchAll(/\buses: *(?<action>\S.*)$/gm)].map(({ groups }) => groups!["action"]!.trim());
  return [
    ...used
      .filter((action) => !action.startsWith("./") && !PINNED.test(action))
      .map((action) => `${action} is not pinned: write <action>@<40 hex digits of a commit> # v1.2.3.`),
    ...(JSON.stringify(permissions) === "{}" ? [] : ["The workflow has permissions: write `permissions: {}`."]),
    ...Object.entries(jobs).flatMap(([name, job]) => faultsOfJob(job, scripts).map((fault) => `${name}: ${fault}`)),
  ];
}

function faultsOfJob(job: Job, scripts: Readonly<Record<string, string>>): string[] {
  const { permissions, steps = [], strategy } = job;
  const called = [
    ...steps.flatMap(({ run = "" }) => [...run.matchAll(/npm run (?<script>[\w:-]+)/g)].map(([, script]) => script!)),
    ...(strategy?.matrix?.script ?? []),
  ];
  return [
    ...(typeof permissions === "object" ? [] : ["The job does not list the permissions that it needs."]),
    ...steps
      .filter(
        ({ uses, with: inputs }) =>
          uses?.startsWith("actions/checkout@") && !(inputs?.["persist-credentials"] === false),
      )
      .map(() => "The checkout leaves a token behind: write `persist-credentials: false`."),
    ...called.filter((script) => !Object.hasOwn(scripts, script)).map((script) => `There is no script ${script}.`),
  ];
}

if (import.meta.main) {
  const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as { scripts: Record<string, string> };
  for await (const file of glob(".github/workflows/*.yml")) {
    for (const fault of faultsOf(await readFile(file, "utf8"), scripts)) {
      console.error(`${file}: ${fault}`);
      process.exitCode = 1;
    }
  }
}
