import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, cpus, platform, totalmem } from "node:os";
import * as prettier from "prettier";
import { BUDGETS } from "../scripts/package/size.ts";
import { chart, type Bar, type Panel } from "./chart.ts";
import { ratio, spread, type Measured, type Spread } from "./rounds.ts";
import type { TypeCost } from "./type-cost.ts";

const OURS = "polytomic-users";
const RAW = "raw fetch";

/** Microseconds per call. */
export interface Calls {
  readonly cpu: Measured;
  readonly wall: Measured;
}

export interface Results {
  readonly inMemory: Calls;
  readonly sequential: Calls;
  readonly parallel: Calls;
  /** Milliseconds, and the growth in MB. */
  readonly listTime: Measured;
  readonly listMemory: Measured;
  readonly load: Load;
  /** Milliseconds. */
  readonly imports: Measured;
  /** Bytes. */
  readonly bundles: Record<string, number>;
  readonly types: Record<string, TypeCost>;
  /** Seconds. */
  readonly generation: { readonly ours: number; readonly many: number };
  /** Requests per second. */
  readonly sandbox: Measured;
}

interface Load {
  readonly wrong: readonly string[];
  readonly seconds: number;
  /** MB in each quarter. */
  readonly heap: readonly number[];
  readonly left: { readonly timers: number; readonly sockets: number; readonly listeners: number };
}

/** Prints the results, and writes results.md and results.svg. */
export async function report(results: Results): Promise<void> {
  const text = page(results);
  console.log(text);
  const out = (name: string): URL => new URL(name, import.meta.url);
  await writeFile(out("results.md"), await prettier.format(text, { parser: "markdown", printWidth: 120 }));
  await writeFile(out("results.svg"), chart(panels(results), OURS));
}

function page(results: Results): string {
  return `# Speed and size, measured

\`npm run bench\` wrote this page on ${machine()}. It compares this client with other clients that do the same work. A ratio
compares a client with raw fetch in the same round. Each cell shows the median of ${results.inMemory.cpu.get(RAW)!.length} rounds (${results.listTime.get(RAW)!.length} for the long lists)
and, in brackets, the first and third quartile. Each measurement is a process of its own. CPU time decides, because wall
time depends on what else runs on the machine. Over HTTP, raw fetch and openapi-fetch get a timeout signal, because the
other clients have a timeout by default.

![Ratios to raw fetch](results.svg)

## CPU time per call

${callTable(results, "cpu")}

## Wall time per call

${callTable(results, "wall")}

## A list of 100 000 users

${perClient([
  ["time", results.listTime, "ms"],
  ["peak memory", results.listMemory, "MB"],
])}

## Bytes, types and imports

${costs(results)}

## Targets

If a target lies between the quartiles, the measurement does not decide whether it is met.

${targets(results)}

${loadOf(results)}

## Versions

${versions()}
`;
}

function loadOf(results: Results): string {
  const { seconds, wrong, heap } = results.load;
  return `20 000 calls with 64 in flight, against a rate limit of 1000 requests per second, took ${seconds.toFixed(1)} s. 1000 of them had a fault: one of eleven statuses, a reset connection or a
truncated body. ${wrong.length} calls had another outcome than the retry table says. After garbage collection, the heap had a size of
${heap.map((mb) => mb.toFixed(2)).join(", ")} MB in the four quarters of the run. The sandbox handled ${perSecond(results, "2")} requests per second
with 2 users, and ${perSecond(results, "100000")} with 100 000.`;
}

function callTable({ inMemory, sequential, parallel }: Results, time: keyof Calls): string {
  return perClient([
    ["in memory", inMemory[time], "µs"],
    ["HTTP, one at a time", sequential[time], "µs"],
    ["HTTP, 64 in flight", parallel[time], "µs"],
  ]);
}

function perClient(columns: readonly [title: string, measured: Measured, unit: string][]): string {
  const names = [...columns[0]![1].keys()];
  const rows = names.map((name) => [
    name,
    ...columns.map(([, measured, unit]) => (name === RAW ? base(measured, unit) : show(ratio(measured, name, RAW)))),
  ]);
  return table(["", ...columns.map(([title]) => title)], rows);

  function base(measured: Measured, unit: string): string {
    const { median } = spread(measured.get(RAW)!);
    return `${median.toFixed(median < 100 ? 1 : 0)} ${unit}`;
  }
}

function costs({ bundles, types, imports }: Results): string {
  const rows = Object.keys(bundles).map((name) => [
    name,
    `${(bundles[name]! / 1000).toFixed(1)} kB`,
    String(types[name]!.files),
    String(types[name]!.instantiations),
    `${importTime(imports, name).median.toFixed(1)} ms`,
  ]);
  return table(["", "bundle, min + gzip", "files to type-check", "instantiations", "import"], rows);
}

/** Milliseconds, minus the import of an empty module. */
function importTime(imports: Measured, name: string): Spread {
  return spread(imports.get(name)!.map((value, round) => value - imports.get("an empty module")![round]!));
}

function targets(results: Results): string {
  const [, second = 0, , last = 0] = results.load.heap;
  const { timers, sockets, listeners } = results.load.left;
  const to = (measured: Measured, base: string): Spread => ratio(measured, OURS, base);
  const rows: [what: string, measured: number | Spread, target: number, digits: number][] = [
    ["bundle, kB", results.bundles[OURS]! / 1000, BUDGETS.bundled / 1000, 1],
    ["import, ms", importTime(results.imports, OURS), 5, 1],
    ["CPU time in memory, compared with openapi-fetch", to(results.inMemory.cpu, "openapi-fetch"), 1.5, 2],
    [
      "CPU time over HTTP, one at a time, compared with openapi-fetch",
      to(results.sequential.cpu, "openapi-fetch"),
      1.05,
      2,
    ],
    [
      "CPU time over HTTP, 64 in flight, compared with openapi-fetch",
      to(results.parallel.cpu, "openapi-fetch"),
      1.05,
      2,
    ],
    ["list of 100 000 users, time, compared with raw fetch", to(results.listTime, RAW), 1, 2],
    ["list of 100 000 users, peak memory, compared with raw fetch", to(results.listMemory, RAW), 1, 2],
    ["20 000 calls with faults: unexpected outcomes", results.load.wrong.length, 0, 0],
    ["the same: heap in the last quarter, compared with the second", last / second, 1.05, 2],
    ["the same: timers, sockets and listeners that are left", timers + sockets + listeners, 0, 0],
    ["files to type-check", results.types[OURS]!.files, 10, 0],
    ["type instantiations", results.types[OURS]!.instantiations, 300, 0],
    ["`npm run generate`, s", results.generation.ours, 3, 1],
    ["`npm run generate` with 300 operations, s", results.generation.many, 10, 1],
  ];
  return table(
    ["", "measured", "target, at most", ""],
    rows.map(([what, measured, target, digits]) => [
      what,
      typeof measured === "number" ? measured.toFixed(digits) : show(measured, digits),
      String(target),
      verdict(measured, target, digits),
    ]),
  );
}

function verdict(measured: number | Spread, target: number, digits: number): string {
  const isMet = (value: number): boolean => Number(value.toFixed(digits)) <= target;
  const { from, to } = typeof measured === "number" ? { from: measured, to: measured } : measured;
  if (isMet(from) !== isMet(to)) return "undecided";
  return isMet(to) ? "met" : "missed";
}

function perSecond({ sandbox }: Results, count: string): string {
  return Math.round(spread(sandbox.get(count)!).median)
    .toLocaleString("en")
    .replaceAll(",", " ");
}

function versions(): string {
  const require = createRequire(import.meta.url);
  const { dependencies } = require("./package.json") as { dependencies: Record<string, string> };
  return (
    Object.entries(dependencies)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ") + "."
  );
}

function machine(): string {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} × ${cpu?.model.trim()}, ${memory}`;
}

function show({ median, from, to }: Spread, digits = 2): string {
  return `${median.toFixed(digits)} (${from.toFixed(digits)}–${to.toFixed(digits)})`;
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map((_, index) => (index ? "---:" : "---")), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

function panels({ parallel, inMemory, bundles, imports }: Results): Panel[] {
  const ratios = (measured: Measured): Bar[] =>
    [...measured.keys()].map((name) => {
      const value = ratio(measured, name, RAW).median;
      return { name, value, label: `${value.toFixed(2)} ×` };
    });
  const sizes = Object.entries(bundles).map(([name, bytes]) => ({
    name,
    value: bytes,
    label: `${(bytes / 1000).toFixed(1)} kB`,
  }));
  const times = Object.keys(bundles).map((name) => {
    const value = importTime(imports, name).median;
    return { name, value, label: `${value.toFixed(0)} ms` };
  });
  return [
    { title: "CPU of a call over HTTP, raw fetch = 1", bars: ratios(parallel.cpu) },
    { title: "CPU of a call in memory, raw fetch = 1", bars: ratios(inMemory.cpu) },
    { title: "Bundle, minified and gzipped", bars: sizes },
    { title: "Import", bars: times },
  ];
}
