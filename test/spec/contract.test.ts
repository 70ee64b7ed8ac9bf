import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { API_VERSION, OPERATIONS, SERVER_URL } from "../../generated/contract.ts";
import { ALWAYS_POSSIBLE, FACTS, OPERATION_IDS } from "../facts.ts";

interface Node {
  [name: string]: Node;
}

const SPEC = new URL("../../spec/openapi.yaml", import.meta.url);
const document = parse(await readFile(SPEC, "utf8")) as Node;

/** Everything in a document that has a schema and examples of it, by its place. */
function examples(node: Node, place = "#"): { place: string; schema: Node; value: unknown }[] {
  if (typeof node !== "object" || node === null) return [];
  const { schema, example, examples: named } = node;
  const found = [];
  if (schema && example !== undefined) found.push({ place: `${place}/example`, schema, value: example });
  if (schema && named) {
    for (const [name, { value }] of Object.entries(named)) {
      found.push({ place: `${place}/examples/${name}`, schema, value });
    }
  }
  return [...found, ...Object.entries(node).flatMap(([name, child]) => examples(child, `${place}/${name}`))];
}

/** The places of the examples that do not fit their schemas. */
function misfits(spec: Node): string[] {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addVocabulary(["example", "openapi", "info", "externalDocs", "servers", "tags", "paths", "components"]);
  ajv.addSchema(spec, "spec");
  const absolute = (schema: Node): Node =>
    JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"spec#/')) as Node;
  return examples(spec)
    .filter(({ schema, value }) => !ajv.validate(absolute(schema), value))
    .map(({ place }) => place);
}

describe("every example of the spec", () => {
  test("fits its schema", () => {
    expect(examples(document).length).toBeGreaterThan(20);
    expect(misfits(document)).toEqual([]);
  });

  const planted: [string, (copy: Node) => void][] = [
    ["an answer without a required field", (copy) => delete at(copy, "responses/User", "data")["email"]],
    ["a value of the wrong type", (copy) => set(at(copy, "responses/NotFound"), "status", "404")],
    ["an id that is no UUID", (copy) => set(at(copy, "responses/User", "data"), "id", "jane")],
    ["both ways to give roles", (copy) => set(at(copy, "requestBodies/UpdateUser"), "role", "admin")],
    ["no role at all in role_ids", (copy) => set(at(copy, "requestBodies/UpdateUser"), "role_ids", [])],
  ];

  test.each(planted)("is found out when it is wrong: %s", (_name, plant) => {
    const copy = structuredClone(document);
    plant(copy);
    expect(misfits(copy)).toHaveLength(1);
  });
});

/** The example of a component, or something in it. */
function at(copy: Node, component: string, ...inside: string[]): Node {
  const [kind, name] = component.split("/") as [string, string];
  const { example } = copy["components"]![kind]![name]!["content"]!["application/json"]!;
  return inside.reduce((node, key) => node[key]!, example!);
}

function set(node: Node, key: string, value: unknown): void {
  Object.assign(node, { [key]: value });
}

describe("the spec says what the vendor's reference says", () => {
  test("of version and server", () => {
    expect(API_VERSION).toBe("2025-09-18");
    expect(SERVER_URL).toBe("https://app.polytomic.com");
  });

  test("of the operations: these eleven, and no other", () => {
    expect(Object.keys(OPERATIONS).toSorted()).toEqual(OPERATION_IDS.toSorted());
  });

  test.each(OPERATION_IDS)("of %s", (id) => {
    const { method, path, security } = OPERATIONS[id];
    const facts = FACTS[id];
    expect({ method: method.toUpperCase(), path }).toEqual({ method: facts.method, path: facts.template });
    expect(security[0]).toBe(path.includes("{org_id}") ? "partnerKey" : "apiKey");
    const operation = document["paths"]![path]![method]! as unknown as {
      parameters: { $ref: string }[];
      responses: object;
    };
    const statuses = [200, ...facts.documented, ...ALWAYS_POSSIBLE, "5XX"].map(String);
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(statuses));
    const names = operation.parameters.map(({ $ref }) => $ref.split("/").at(-1));
    expect(names).toContain("Version");
    expect(names.includes("IdempotencyKey")).toBe(method === "post");
    expect(names.includes("Force")).toBe(id === "createPartnerUserApiKey");
  });
});
