/** A dozen edits of the frozen spec from end to end: lint, generation, and the compilation of the façade and the type tests. */
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { generate, write } from "../../scripts/generate.ts";
import type { RedoclyRun } from "../../scripts/spec/redocly.ts";
import { compile, folderForCopies, ROOT } from "./copies.ts";
import {
  add,
  addOperation,
  applyEdit,
  at,
  drop,
  dropLast,
  json,
  on,
  parameter,
  prune,
  ref,
  removeOperation,
  rename,
  schema,
  set,
  the,
  type Edit,
} from "./edits.ts";
import { OPERATION_IDS } from "./fixture/facts.ts";

// All specs are linted in one run below, because most of the time of a run goes into its start.
vi.mock(import("../../scripts/spec/redocly.ts"), () => ({
  redocly: () => Promise.resolve({ status: 0, stdout: "", stderr: "" }),
}));
type Lint = (...args: string[]) => Promise<RedoclyRun>;
const { redocly } = await vi.importActual<{ redocly: Lint }>("../../scripts/spec/redocly.ts");

const FIXTURE = "test/spec/fixture";
const FACADE = `${FIXTURE}/facade.ts`;
const TYPE_TESTS = "test/types/operations.test-d.ts";

/** The parts of src/ that name operations or resources: the fixture has a façade of its own. */
const FACADE_OF_SRC = new Set(["index.ts", "polytomic.ts", "users.ts", "testing"]);

interface Case {
  readonly edit: Edit;
  /** What the type tests report: operations, and what changed about them. */
  readonly names: readonly string[];
  /** Whether the façade of the frozen spec must not compile, because it would not do what the spec says. */
  readonly breaksFacade?: true;
}

const CASES: Readonly<Record<string, Case>> = {
  "an operation is removed": {
    edit: (spec) => {
      removeOperation("updateCurrentOrgUser")(spec);
      prune(spec);
    },
    names: ["updateCurrentOrgUser: is gone"],
    breaksFacade: true,
  },
  "an operation is added": {
    edit: addOperation("listGroups", "/api/groups", "listCurrentOrgUsers"),
    names: ["listGroups: is new"],
    breaksFacade: true,
  },
  "a path is renamed": {
    edit: (spec) => rename(spec["paths"], "/api/organization/users", "/api/organization/members"),
    names: the("at", ["listCurrentOrgUsers", "createCurrentOrgUser"]),
  },
  "a required query parameter is added": {
    edit: on("listCurrentOrgUsers", ({ parameters }) => add(parameters, parameter("role", "query", true))),
    names: ["listCurrentOrgUsers: query"],
    breaksFacade: true,
  },
  "a POST no longer accepts an idempotency key": {
    edit: on("createCurrentOrgUser", ({ parameters }) => dropLast(parameters)),
    names: ["createCurrentOrgUser: header"],
  },
  "a body field becomes optional": {
    edit: schema("CreateUserRequest", (body) => drop(body, "required")),
    names: ["createCurrentOrgUser: body"],
  },
  "a body becomes optional": {
    edit: at("requestBodies", "CreateUser", (body) => set(body, { required: false })),
    names: ["createCurrentOrgUser: bodyIsRequired"],
    breaksFacade: true,
  },
  "operations return another schema": {
    edit: at("responses", "UpdatedUser", (response) =>
      set(json(response), { schema: ref("schemas", "ApiKeyEnvelope"), example: { data: { value: "a" } } }),
    ),
    names: ["updateCurrentOrgUser: response", "updateCurrentOrgUser: secret"],
    breaksFacade: true,
  },
  "errors have another field": {
    edit: schema("ApiError", ({ properties }) => set(properties, { hint: { type: "string", description: "A hint." } })),
    names: the("errors", OPERATION_IDS),
  },
  "a status is removed": {
    edit: on("listPartnerUsers", ({ responses }) => drop(responses, "404")),
    names: ["listPartnerUsers: statuses"],
  },
  "another kind of key is accepted": {
    edit: on("getCurrentOrgUser", ({ security }) => add(security, { partnerKey: [] })),
    names: ["getCurrentOrgUser: keys"],
  },
  "a limit changes, which is not in the types": {
    edit: schema("CreateUserRequest", ({ properties }) => set(properties!["email"], { maxLength: 100 })),
    names: [],
  },
};

let errorsOf: (copy: string) => string[];

beforeAll(async () => {
  const folder = await folderForCopies();
  const original = await readFile(join(ROOT, FIXTURE, "openapi.yaml"), "utf8");
  const edits = Object.values(CASES).map(({ edit }) => applyEdit(original, edit));
  await Promise.all(edits.map((spec, index) => generateFrom(spec, join(folder, String(index)))));
  const specs = edits.map((_spec, index) => join(folder, String(index), "openapi.yaml"));
  expect(await redocly("lint", "--config", join(ROOT, "spec/redocly.yaml"), ...specs)).toMatchObject({ status: 0 });
  errorsOf = await compile(
    folder,
    edits.flatMap((_spec, index) => [`${index}/${FACADE}`, `${index}/${TYPE_TESTS}`]),
  );
  await rm(folder, { recursive: true });
}, 600_000);

/** Leaves `generated/` in the folder, next to a copy of the façade. */
async function generateFrom(spec: string, folder: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, "openapi.yaml"), spec);
  await write(await generate(join(folder, "openapi.yaml")), join(folder, "generated"));
  const filter = (file: string): boolean => !FACADE_OF_SRC.has(basename(file));
  await cp(join(ROOT, "src"), join(folder, "src"), { recursive: true, filter });
  await cp(join(ROOT, FACADE), join(folder, FACADE));
  await cp(join(ROOT, TYPE_TESTS), join(folder, TYPE_TESTS));
  await cp(join(ROOT, FIXTURE, "facts.ts"), join(folder, "test/facts.ts"));
}

/** What the expression finds in errors, without repetitions. */
const findAll = (errors: readonly string[], pattern: RegExp): string[] =>
  [...new Set(errors.flatMap((error) => [...error.matchAll(pattern)].map(([, name]) => name!)))].toSorted();

test.each(Object.entries(CASES).map(([clause, expected], index) => [clause, expected, index] as const))(
  "if %s, the type tests name the operations and the façade compiles only if it still fits",
  (_clause, { names, breaksFacade }, index) => {
    const errors = errorsOf(String(index));
    expect(findAll(errors, /"(\w+: [\w ]+)"/g)).toEqual([...names].toSorted());
    expect(findAll(errors, /^\d+\/((?:src|test\/spec)\/[\w/]+\.ts)\(/g).length > 0).toBe(breaksFacade ?? false);
  },
);
