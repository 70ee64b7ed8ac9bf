import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { generate, write } from "../../scripts/generate.ts";
import { segmentsOf, type SpecNode } from "../../scripts/spec/document.ts";
import { OPERATION_IDS } from "../facts.ts";
import { compile, folderForCopies, ROOT } from "./copies.ts";
import { add, addOperation, applyEdit, find, json, on, parameter, set, type Edit } from "./edits.ts";

// The lint takes most of the time of generate(), and other tests cover it.
vi.mock(import("../../scripts/spec/redocly.ts"), () => ({
  redocly: () => Promise.resolve({ status: 0, stdout: "", stderr: "" }),
}));

/** Adds an optional field to the data of one operation, in a way that leaves the schemas of the others alone. */
const addField =
  (id: string) =>
  (spec: SpecNode): void => {
    const { responses } = find(spec, id).operation;
    const envelope = resolve(spec, json(resolve(spec, responses!["200"]!))["schema"]!);
    const data = resolve(spec, envelope["properties"]!["data"]!);
    const withField = (of: SpecNode): object => {
      const { properties, ...rest } = resolve(spec, of);
      return { ...rest, properties: { ...properties, nickname: { type: "string" } } };
    };
    const properties = { data: data["items"] ? { ...data, items: withField(data["items"]) } : withField(data) };
    const schema = { type: "object", required: ["data"], properties };
    set(responses, { 200: { description: "More data.", content: { "application/json": { schema } } } });
  };

function resolve(spec: SpecNode, node: SpecNode): SpecNode {
  const reference = node["$ref"] as unknown as string | undefined;
  return reference === undefined ? node : segmentsOf(reference).reduce((at, name) => at[name]!, spec);
}

/** Applies an edit for each operation to one copy of the spec. */
const forAll =
  (edit: (id: string) => (spec: SpecNode) => void): Edit =>
  (spec) =>
    OPERATION_IDS.forEach((id) => edit(id)(spec));

const EDITS: Readonly<Record<string, Edit>> = {
  comment: { text: (spec) => `${spec}# A comment.\n` },
  siblings: forAll((id) => (spec) => addOperation(`${id}Again`, `${find(spec, id).path}/${id}`, id)(spec)),
  group: addOperation("listGroups", "/api/groups", OPERATION_IDS[0]!),
  renames: forAll((id) => on(id, (operation) => set(operation, { operationId: `${id}Again` }))),
  parameters: forAll((id) => on(id, ({ parameters }) => add(parameters, parameter("tenant", "query", true)))),
  field: addField(OPERATION_IDS[0]!),
  fields: forAll(addField),
};

let folder: string;
let errorsOf: (edit: string) => string[];

beforeAll(async () => {
  folder = await folderForCopies();
  const spec = await readFile(join(ROOT, "spec/openapi.yaml"), "utf8");
  await Promise.all(Object.entries(EDITS).map(([name, edit]) => generateFrom(edit, spec, join(folder, name))));
  const files = Object.keys(EDITS).map((name) => `${name}/src/index.ts`);
  errorsOf = await compile(folder, files);
}, 600_000);

afterAll(() => rm(folder, { recursive: true }));

/** Copies the façade, and generates what it needs from the edited spec. */
async function generateFrom(edit: Edit, spec: string, copy: string): Promise<void> {
  await cp(join(ROOT, "src"), join(copy, "src"), { recursive: true });
  await writeFile(join(copy, "openapi.yaml"), applyEdit(spec, edit));
  await write(await generate(join(copy, "openapi.yaml")), join(copy, "generated"));
}

const NOT_NEVER = "does not satisfy the constraint 'never'.";

test("the façade compiles with a spec that has the same operations", () => expect(errorsOf("comment")).toEqual([]));

test("operations that have no method cause one error, which names them", () => {
  const [error, ...others] = errorsOf("siblings");
  expect(others).toEqual([]);
  expect(error).toContain(NOT_NEVER);
  expect(OPERATION_IDS.filter((id) => !error!.includes(`"${id}Again"`))).toEqual([]);
});

test("an operation of no known family that has no method causes one error, which names it", () => {
  expect(errorsOf("group")).toEqual([expect.stringContaining(`Type '"listGroups"' ${NOT_NEVER}`)]);
});

test("methods do not compile if their operations are renamed, and errors name the operations", () => {
  const errors = errorsOf("renames").join("");
  expect(OPERATION_IDS.filter((id) => !errors.includes(`"${id}"`))).toEqual([]);
});

test("methods do not compile if they do not pass a required parameter", () => {
  const missing = errorsOf("parameters").filter((error) => /'(?:params|query|tenant)' is missing/.test(error));
  expect(missing.length).toBeGreaterThanOrEqual(OPERATION_IDS.length);
});

test("a method that drops a field does not compile, and one error names its operation and no other", () => {
  const [error, ...others] = errorsOf("field");
  expect(others).toEqual([]);
  expect(OPERATION_IDS.filter((id) => error!.includes(`"${id}"`))).toEqual([OPERATION_IDS[0]]);
});

test("methods that drop a field do not compile, and errors name all of their operations", () => {
  const errors = errorsOf("fields").join("");
  expect(OPERATION_IDS.filter((id) => !errors.includes(`"${id}"`))).toEqual([]);
});
