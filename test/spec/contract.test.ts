import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { API_VERSION, OPERATIONS, SERVER_URL } from "../../generated/contract.ts";
import type { SpecNode } from "../../scripts/spec/document.ts";
import { ALWAYS_POSSIBLE, FACTS, OPERATION_IDS, type OperationFacts } from "../facts.ts";

const SPEC = new URL("../../spec/openapi.yaml", import.meta.url);
const document = parse(await readFile(SPEC, "utf8")) as SpecNode;

test("the spec has the version and the server of Polytomic's reference", () => {
  expect(API_VERSION).toBe("2025-09-18");
  expect(SERVER_URL).toBe("https://app.polytomic.com");
});

test("the spec has the operations of Polytomic's reference, and no other", () => {
  expect(Object.keys(OPERATIONS).toSorted()).toEqual(OPERATION_IDS.toSorted());
});

test.each(OPERATION_IDS)("the spec describes %s as Polytomic's reference does", (id) => {
  const { method, path, security } = OPERATIONS[id];
  const facts: OperationFacts = FACTS[id];
  expect({ method: method.toUpperCase(), path }).toEqual({ method: facts.method, path: facts.template });
  expect(security).toEqual(facts.keys);
  const operation = document["paths"]![path]![method]! as unknown as {
    parameters: { $ref: string }[];
    responses: object;
  };
  const statuses = [200, ...facts.documented, ...ALWAYS_POSSIBLE, "5XX"].map(String);
  expect(Object.keys(operation.responses).toSorted()).toEqual([...new Set(statuses)].toSorted());
  const names = operation.parameters.map(({ $ref }) => $ref.split("/").at(-1));
  expect(names).toContain("Version");
  expect(names.includes("IdempotencyKey")).toBe(method === "post");
  expect("query" in OPERATIONS[id] ? OPERATIONS[id].query : []).toEqual(Object.keys(facts.query ?? {}));
});

test("the examples of response headers match their schemas", () => {
  const ajv = addFormats.default(new Ajv2020());
  const headers = Object.entries(document["components"]!["headers"]!);
  expect(headers.length).toBeGreaterThan(0);
  for (const [name, { schema, example }] of headers) expect(ajv.validate(schema!, example), name).toBe(true);
});
