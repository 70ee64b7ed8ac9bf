import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { generate, write } from "../../scripts/generate.ts";
import type { SpecNode } from "../../scripts/spec/pointer.ts";
import { OPERATION_IDS } from "../facts.ts";
import { compile, folderForCopies, ROOT } from "./copies.ts";
import { add, addOperation, applyEdit, find, json, on, parameter, set, type Edit } from "./edits.ts";

// The lint takes most of the time of generate(), and other tests cover it.
vi.mock(import("../../scripts/spec/redocly.ts"), () => ({
  redocly: () => Promise.resolve({ status: 0, stdout: "", stderr: "" }),
}));

const forEachOperation = (name: string, edit: (id: string) => Edit): Record<string, Edit> =>
  Object.fromEntries(OPERATION_IDS.map((id) => [`${name}_${id}`, edit(id)]));

const addNextTo =
  (id: string): Edit =>
  (spec) =>
    addOperation("anything", `${find(spec, id).path}/extra`, id)(spec);

/** Adds an optional field to the data of one operation, in a way that leaves the schemas of the others alone. */
const addField =
  (id: string): Edit =>
  (spec) => {
    const { responses } = find(spec, id).operation;
    const envelope = resolve(spec, json(resolve(spec, responses!["200"]!))["schema"]!);
    const data = resolve(spec, envelope["properties"]!["data"]!);
    const withField = (of: SpecNode): object => ({
      allOf: [of, { type: "object", properties: { nickname: { type: "string" } } }],
    });
    const properties = { data: data["items"] ? { ...data, items: withField(data["items"]) } : withField(data) };
    const schema = { type: "object", required: ["data"], properties };
    set(responses, { 200: { description: "More data.", content: { "application/json": { schema } } } });
  };

const resolve = (spec: SpecNode, node: SpecNode): SpecNode => {
  const ref = node["$ref"] as unknown as string | undefined;
  return ref === undefined
    ? node
    : ref
        .slice(2)
        .split("/")
        .reduce((at, name) => at[name]!, spec);
};

const EDITS: Readonly<Record<string, Edit>> = {
  addsComment: { text: (spec) => `${spec}# A comment.\n` },
  addsOperationElsewhere: addOperation("listGroups", "/api/groups", OPERATION_IDS[0]!),
  ...forEachOperation("addsNextTo", addNextTo),
  ...forEachOperation("addsFieldTo", addField),
  ...forEachOperation("renames", (id) => on(id, (operation) => set(operation, { operationId: "anything" }))),
  ...forEachOperation("requiresParameterOf", (id) =>
    on(id, ({ parameters }) => add(parameters, parameter("tenant", "query", true))),
  ),
};

let folder: string;
let errorsOf: (edit: string) => string[];

beforeAll(async () => {
  folder = await folderForCopies();
  const spec = await readFile(join(ROOT, "spec/openapi.yaml"), "utf8");
  await Promise.all(Object.entries(EDITS).map(([name, edit]) => generateFrom(edit, spec, join(folder, name))));
  errorsOf = await compile(
    folder,
    Object.keys(EDITS).map((name) => `${name}/src/index.ts`),
  );
}, 600_000);

afterAll(() => rm(folder, { recursive: true }));

/** Copies the façade, and generates what it needs from the edited spec. */
async function generateFrom(edit: Edit, spec: string, copy: string): Promise<void> {
  await cp(join(ROOT, "src"), join(copy, "src"), { recursive: true });
  await writeFile(join(copy, "openapi.yaml"), applyEdit(spec, edit));
  await write(await generate(join(copy, "openapi.yaml")), join(copy, "generated"));
}

const notNever = (operation: string): RegExp =>
  new RegExp(String.raw`error TS2344: Type '"${operation}"' does not satisfy the constraint 'never'\.`);

test("the façade compiles with a spec that has the same operations", () => expect(errorsOf("addsComment")).toEqual([]));

test.each(OPERATION_IDS)("an operation next to %s that has no method causes one error, which names it", (id) => {
  const [error, ...others] = errorsOf(`addsNextTo_${id}`);
  expect(others).toEqual([]);
  expect(error).toMatch(notNever("anything"));
});

test("an operation of no known family that has no method causes one error, which names it", () => {
  const [error, ...others] = errorsOf("addsOperationElsewhere");
  expect(others).toEqual([]);
  expect(error).toMatch(notNever("listGroups"));
});

test.each(OPERATION_IDS)(
  "a method that drops a field of %s does not compile, and one error names the operation",
  (id) => {
    const [error, ...others] = errorsOf(`addsFieldTo_${id}`);
    expect(others).toEqual([]);
    expect(error).toMatch(notNever(id));
  },
);

test.each(OPERATION_IDS)("the method of %s does not compile if the operation is renamed", (id) => {
  expect(errorsOf(`renames_${id}`).join("")).toContain(`"${id}"`);
});

test.each(OPERATION_IDS)("the method of %s does not compile if it does not pass a required parameter", (id) => {
  expect(errorsOf(`requiresParameterOf_${id}`).join("")).toMatch(
    /src\/[\w/]+\.ts.*(?:'params'|'query'|'tenant') is missing/s,
  );
});
