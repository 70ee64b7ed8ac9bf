import { readFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { DEFAULT_LIMITS } from "../../src/config.ts";
import { RETRIED, WAITS } from "../../src/http/retry.ts";
import * as exported from "../../src/index.ts";
import { Polytomic, type CallEvent } from "../../src/index.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { tableOf } from "./tables.ts";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");

const table = (heading: RegExp): Promise<string[][]> => tableOf("README.md", heading);

/** What is in backticks. */
const quoted = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, inside = ""]) => inside);

test("the README's retry table is the one that the code reads", async () => {
  const again = { idempotent: [] as unknown[], post: [] as unknown[] };
  for (const [what = "", others = "", post = ""] of await table(/^\| what happened/)) {
    const outcomes = what.startsWith("no answer") ? ["no answer"] : (what.match(/\b\d{3}\b/g) ?? []).map(Number);
    if (others === "again") again.idempotent.push(...outcomes);
    if (post === "again, same key") again.post.push(...outcomes);
    expect([others, post].filter((cell) => !["again", "again, same key", "no"].includes(cell))).toEqual([]);
  }
  expect(new Set(again.idempotent)).toEqual(new Set(RETRIED.idempotent));
  expect(new Set(again.post)).toEqual(new Set(RETRIED.post));
});

test("the README's defaults are those of the code", async () => {
  const rows = (await table(/^\| option .*\| default/)).map(([name = "", value = ""]) => [
    name.replaceAll("`", ""),
    Number(value.replaceAll(" ", "")),
  ]);
  expect(Object.fromEntries(rows)).toEqual(DEFAULT_LIMITS);
  expect(WAITS).toEqual({ first: 500, longest: 8_000, longestAsked: 60_000 });
  expect(readme).toMatch(/below 0\.5 s, then 1 s, doubling up to 8 s/);
  expect(readme).toMatch(/when it is at most 60 s/);
});

test("the README's credentials are taken from the options and the variables that it names", async () => {
  const sandbox = createSandbox();
  const rows = await table(/^\| option .*\| environment/);
  expect(rows.map(([option]) => quoted(option)[0])).toEqual(["apiKey", "partnerKey", "deploymentKey"]);
  for (const [option = "", environment = ""] of rows) {
    const name = quoted(option)[0] as "apiKey" | "partnerKey" | "deploymentKey";
    const [key = "", url] = quoted(environment);
    const asked: string[] = [];
    const fetch = (input: string, init: RequestInit): Promise<Response> => {
      asked.push(input);
      return sandbox.fetch(input, init);
    };
    const asks = async (polytomic: Polytomic): Promise<unknown> =>
      name === "apiKey" ? polytomic.users.list() : polytomic.organization(sandbox.organizationId).users.list();
    const baseUrl = url ? "https://polytomic.example.com" : undefined;
    expect(await asks(new Polytomic({ [name]: sandbox[name], baseUrl, fetch }))).toHaveLength(2);
    vi.stubEnv(key, sandbox[name]);
    if (url) vi.stubEnv(url, "polytomic.example.com");
    expect(await asks(new Polytomic({ fetch }))).toHaveLength(2);
    vi.unstubAllEnvs();
    for (const each of asked) expect(each).toContain(baseUrl ?? "https://app.polytomic.com");
  }
});

test("the README's table of errors has every class that there is, and the statuses of those that have one", async () => {
  const rows = (await table(/^\| class/)).map(([name, when = ""]) => [quoted(name)[0], when] as const);
  const classes = Object.keys(exported).filter((name) => name.endsWith("Error") && name !== "isPolytomicError");
  expect(rows.map(([name]) => name!).toSorted()).toEqual(
    classes.filter((name) => name !== "PolytomicError").toSorted(),
  );
  const sandbox = createSandbox();
  const polytomic = new Polytomic({ apiKey: sandbox.apiKey, maxRetries: 0, fetch: sandbox.fetch });
  for (const [name, when] of rows) {
    const [status] = /^\d(?:\d\d|xx)/.exec(when.replace("5xx", "503")) ?? [];
    if (status === undefined) continue;
    sandbox.fail({ status: Number(status) });
    await expect(polytomic.users.list()).rejects.toMatchObject({ name, status: Number(status) });
  }
});

test("the README's events have the fields that it names, and no others", async () => {
  const common = ["operation", "method", "path", "attempt"];
  const rows = await table(/^\| `event.type`/);
  const promised: Record<string, string[]> = Object.fromEntries(
    rows.map(([type, , fields]) => [quoted(type)[0], [...common, ...quoted(fields)]]),
  );
  const seen: CallEvent[] = [];
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const answers = [
    () => Promise.reject(new TypeError("fetch failed")),
    () =>
      Promise.resolve(
        Response.json({ data: [] }, { headers: { deprecation: "@1688169599", "x-polytomic-version": "2024-02-08" } }),
      ),
  ];
  const fetch = (): Promise<Response> => answers.shift()!();
  await new Polytomic({ apiKey: "a-key", fetch, onEvent: (event) => seen.push(event) }).users.list();
  warn.mockRestore();
  const told = Object.fromEntries(seen.map(({ type, ...fields }) => [type, Object.keys(fields).toSorted()]));
  expect(told).toEqual(Object.fromEntries(Object.entries(promised).map(([type, fields]) => [type, fields.toSorted()])));
});

test("the README's diagram has the stages of the code, in their order", async () => {
  const diagram = /```mermaid\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const stages = [...diagram.matchAll(/\["(\w+):/g)].map(([, stage]) => stage!);
  expect(stages).toEqual(["prepare", "authorize", "attempt", "decode"]);
  const send = await readFile(new URL("../../src/http/send.ts", import.meta.url), "utf8");
  expect(send).toContain(stages.slice(1).join(" → "));
  expect(send).toContain(`${stages[0]} → try → again?`);
});

test("what the README says of the runtimes is what package.json says", async () => {
  const { engines, exports } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
    engines: { node: string };
    exports: Record<string, unknown>;
  };
  expect(readme).toContain(`Node ${engines.node.replace(/>=(\d+\.\d+)\.0/, "$1")} and later`);
  for (const name of readme.match(/polytomic-users\/[\w./]+/g) ?? []) {
    expect(Object.keys(exports)).toContain(name.replace("polytomic-users", "."));
  }
});

test("the envelope of the oldest version is refused, as the README says", async () => {
  expect(readme).toContain("that old envelope is an `UnexpectedResponseError`");
  const { apiKey, fetch } = createSandbox();
  const call = new Polytomic({ apiKey, fetch }).users.list({ version: "2021-05-23" });
  await expect(call).rejects.toMatchObject({ name: "UnexpectedResponseError", status: 200 });
});
