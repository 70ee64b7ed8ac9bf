import { expectConsequences, type Expectation } from "./expectations.ts";
import { add, addFirst, ALL, at, drop, dropLast, on, ref, rename, schema, set, the, type Id } from "./vocabulary.ts";

const ANSWER_A_USER = ALL.filter((id) => id !== "createPartnerUserApiKey");
const LIST: readonly Id[] = ["listCurrentOrgUsers", "listPartnerUsers"];

const answers: Record<string, Expectation> = {
  "an answer has one more field": {
    change: schema("User", ({ properties }) => set(properties, { name: { type: "string" } })),
    verdict: "minor",
    names: the("answer", ANSWER_A_USER),
  },
  "an answer lacks a field": {
    change: {
      text: (spec) => spec.replace(/^ {8}role:\n.*\n.*\n.*\n/m, "").replaceAll(/^ +role: (admin|user)\n/gm, ""),
    },
    verdict: "major",
    names: the("answer", ANSWER_A_USER),
  },
  "a field of an answer can be missing from now on": {
    change: schema("User", (user) => set(user, { required: ["id", "email"] })),
    verdict: "major",
    names: the("answer", ANSWER_A_USER),
  },
  "a field of an answer is always there from now on": {
    change: schema("User", ({ required }) => add(required, "role_ids")),
    verdict: "minor",
    names: the("answer", ANSWER_A_USER),
  },
  "a field of an answer can be null from now on": {
    change: schema("User", ({ properties }) => set(properties!["email"], { type: ["string", "null"] })),
    verdict: "major",
    names: the("answer", ANSWER_A_USER),
  },
  "a list is never null from now on": {
    change: (spec) => {
      set(spec["components"]!["schemas"]!["UserListEnvelope"]!["properties"]!["data"], { type: "array" });
      drop(spec["components"]!["responses"]!["UserList"]!["content"]!["application/json"]!["examples"], "noUsers");
    },
    verdict: "minor",
    names: the("answer", LIST),
  },
  "a field of an answer is for requests only from now on": {
    change: schema("User", ({ properties }) => set(properties!["role"], { writeOnly: true })),
    verdict: "major",
    refused: "no-invalid-media-type-examples", // the examples still have it
  },
  "a field of an answer has another type": {
    change: schema("ApiKey", ({ properties }) =>
      set(properties, { value: { type: ["string", "integer"], format: "password" } }),
    ),
    verdict: "major",
    names: ["createPartnerUserApiKey: answer"],
  },
  "a field of an answer is one of a few values from now on": {
    change: schema("User", ({ properties }) => set(properties!["role"], { enum: ["admin", "user"] })),
    verdict: "minor",
    names: the("answer", ANSWER_A_USER),
  },
  "a field of an answer has one more value": {
    before: schema("User", ({ properties }) => set(properties!["role"], { enum: ["admin", "user"] })),
    change: schema("User", ({ properties }) => set(properties!["role"], { enum: ["admin", "user", "guest"] })),
    verdict: "major",
    names: the("answer", ANSWER_A_USER),
  },
  "operations answer with something else": {
    change: at("responses", "UpdatedUser", (answer) => {
      set(answer["content"]!["application/json"], {
        schema: ref("schemas", "ApiKeyEnvelope"),
        example: { data: { value: "a" } },
      });
    }),
    verdict: "major",
    names: [
      ...the("answer", ["updateCurrentOrgUser", "updatePartnerUser"]),
      ...the("secret", ["updateCurrentOrgUser", "updatePartnerUser"]), // they answer with a key then
    ],
    breaksFacade: true,
  },
  "an answer has a secret further in": {
    change: schema("User", ({ properties }) =>
      set(properties, {
        tokens: {
          type: "array",
          items: { type: "object", properties: { token: { type: "string", format: "password" } } },
        },
      }),
    ),
    verdict: "minor",
    names: [...the("answer", ANSWER_A_USER), ...the("secret", ANSWER_A_USER)],
  },
  "a secret is no longer marked as one": {
    change: schema("ApiKey", ({ properties }) => drop(properties!["value"], "format")),
    verdict: "major",
    names: ["createPartnerUserApiKey: secret"],
  },
  "an answer has no envelope": {
    change: { text: (spec) => spec.replaceAll(/^( +)required: \[data\]\n +properties:\n +data:\n( +)\$ref: (".*schemas\/ApiKey")/gm, "$1required: [result]\n$1properties:\n$1  result:\n$2$ref: $3").replace("data:\n              value: example", "result:\n              value: example") }, // prettier-ignore
    verdict: "major",
    refused: "The 200 answer of createPartnerUserApiKey is no envelope with `data`",
  },
  "a success is no JSON": {
    change: at("responses", "UserList", ({ content }) => rename(content, "application/json", "text/csv")),
    verdict: "major",
    refused: "rule/success-is-json",
  },
  "a schema has another name": {
    change: {
      text: (spec) =>
        spec.replaceAll('schemas/User"', 'schemas/Person"').replace("  schemas:\n    User:", "  schemas:\n    Person:"),
    },
    verdict: "major",
    breaksFacade: true,
  },
};

const statuses: Record<string, Expectation> = {
  "a status is no longer documented": {
    change: on("listPartnerUsers", ({ responses }) => drop(responses, "404")),
    verdict: "major",
    names: ["listPartnerUsers: statuses"],
  },
  "a status with a class of its own is documented": {
    change: on("getPartnerUser", ({ responses }) => set(responses, { 422: ref("responses", "UnprocessableEntity") })),
    verdict: "minor",
    names: ["getPartnerUser: statuses"],
  },
  "a status without one is documented": {
    change: on("deleteCurrentOrgUser", ({ responses }) => set(responses, { 402: ref("responses", "Forbidden") })),
    verdict: "minor",
    names: ["deleteCurrentOrgUser: statuses"],
  },
  "a success has another status": {
    change: on("createCurrentOrgUser", ({ responses }) => rename(responses, "200", "201")),
    verdict: "major",
    refused: "rule/operation-has-200-and-403",
  },
  "there is a second success": {
    change: on("deletePartnerUser", ({ responses }) => set(responses, { 204: { description: "Gone." } })),
    verdict: "minor",
    refused: "rule/one-success",
  },
  "an error says less": {
    change: {
      text: (spec) =>
        spec.replace(/ {8}status:\n {10}type: integer\n.*\n?$/, "").replaceAll(/^ +status: \d{3}\n/gm, ""),
    },
    verdict: "major",
    names: the("errors", ALL),
  },
  "an error has no body": {
    change: at("responses", "Conflict", (error) => drop(error, "content")),
    verdict: "major",
    refused: "rule/error-has-content",
  },
  "an error is no ApiError": {
    change: at("responses", "Conflict", ({ content }) =>
      set(content!["application/json"], { schema: { type: "object" } }),
    ),
    verdict: "major",
    refused: "rule/error-is-api-error",
  },
  "an answer lacks a header": {
    change: at("responses", "UserList", (answer) => drop(answer, "headers")),
    verdict: "major",
  },
  "an answer has one more header": {
    change: at("responses", "UserList", ({ headers }) => set(headers, { "X-Total": { description: "How many.", schema: { type: "integer" } } })), // prettier-ignore
    verdict: "minor",
  },
};

const access: Record<string, Expectation> = {
  "a kind of key is no longer accepted": {
    change: on("updateCurrentOrgUser", ({ security }) => dropLast(security)),
    verdict: "major",
    names: ["updateCurrentOrgUser: keys"],
  },
  "one more kind of key is accepted": {
    change: on("getCurrentOrgUser", ({ security }) => add(security, { partnerKey: [] })),
    verdict: "minor",
    names: ["getCurrentOrgUser: keys"],
  },
  "no key is needed": {
    change: on("listCurrentOrgUsers", (operation) => set(operation, { security: [{}] })),
    verdict: "minor",
    refused: "rule/security-names-a-key",
  },
  "a code is needed beside the key": {
    change: (spec) => {
      set(spec["components"]!["securitySchemes"], { otp: { type: "apiKey", in: "header", name: "X-Otp" } });
      set(spec["paths"]!["/api/organization/users"]!["get"], { security: [{ apiKey: [], otp: [] }] });
    },
    verdict: "major",
    refused: "rule/security-names-known-keys",
  },
  "two keys are needed at once": {
    change: on("listCurrentOrgUsers", (operation) => set(operation, { security: [{ apiKey: [], scopedKey: [] }] })),
    verdict: "major",
    refused: "rule/security-names-one-key",
  },
  "a kind of key is sent in another way": {
    change: at("securitySchemes", "scopedKey", (scheme) => set(scheme, { scheme: "bearer" })),
    verdict: "major",
    refused: "rule/scoped-key-is-basic",
  },
  "the API has another version": {
    change: { text: (spec) => spec.replace('version: "2025-09-18"', 'version: "2026-01-15"') },
    verdict: "minor",
  },
  "the version is no date": {
    change: { text: (spec) => spec.replace('version: "2025-09-18"', 'version: "2026-02-30"') },
    verdict: "minor",
    refused: "rule/version-is-a-date",
  },
  "the server has another address": {
    change: (spec) => set(spec["servers"]![0], { url: "https://api.polytomic.com" }),
    verdict: "major",
  },
  "one operation is served elsewhere": {
    change: on("listCurrentOrgUsers", (operation) => set(operation, { servers: [{ url: "https://eu.polytomic.com", description: "Europe." }] })), // prettier-ignore
    verdict: "minor",
    refused: "rule/one-server",
  },
  "another server comes first": {
    change: (spec) => addFirst(spec["servers"], { url: "https://eu.polytomic.com", description: "Europe." }),
    verdict: "major",
  },
  "another server comes last": {
    change: (spec) => add(spec["servers"], { url: "https://eu.polytomic.com", description: "Europe." }),
    verdict: "minor",
  },
};

const words: Record<string, Expectation> = {
  "an operation is deprecated": {
    change: on("deletePartnerUser", (operation) => set(operation, { deprecated: true })),
    verdict: "minor",
  },
  "a text is rewritten": {
    change: on("listPartnerUsers", (operation) => set(operation, { description: "Every user." })),
    verdict: "patch",
  },
  "an example is another": {
    change: { text: (spec) => spec.replace("value: example-of-a-minted-api-key", "value: another-key") },
    verdict: "patch",
  },
  "a tag is described in other words": {
    change: (spec) => set(spec["tags"]![0], { description: "Your own users." }),
    verdict: "patch",
  },
  "only a comment or the order of keys is another": {
    change: (spec) => {
      const { paths } = spec;
      drop(spec, "paths");
      set(spec, { paths });
    },
    verdict: "none",
  },
};

expectConsequences("answers", answers);
expectConsequences("statuses and headers", statuses);
expectConsequences("keys, version and server", access);
expectConsequences("words", words);
