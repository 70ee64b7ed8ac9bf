import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { parse, stringify } from "yaml";
import { main, type Files } from "../../scripts/spec/drift.ts";
import { readSource } from "../../scripts/spec/sources.ts";
import type { SpecNode } from "../../scripts/spec/document.ts";
import { captured, type Ran } from "../tooling/captured.ts";
import { serve } from "../wire/server.ts";

/** What Polytomic publishes in this test: a small API. */
const PUBLISHED = `
openapi: 3.1.0
info: { title: "2025-09-18", version: 1.0.0 }
paths:
  /api/organization/users/{id}:
    get:
      operationId: get
      parameters:
        - { name: Authorization, in: header, required: true, schema: { type: string } }
        - { name: id, in: path, required: true, schema: { type: string, format: uuid } }
        - { name: expand, in: query, schema: { type: boolean } }
      responses:
        "200": { content: { application/json: { schema: { $ref: "#/components/schemas/Envelope" } } } }
        "404": { content: { application/json: { schema: { type: object } } } }
    put:
      operationId: update
      parameters:
        - { name: Authorization, in: header, required: true, schema: { type: string } }
        - { name: id, in: path, required: true, schema: { type: string, format: uuid } }
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: "#/components/schemas/Update" } } }
      responses:
        "200": { content: { application/json: { schema: { $ref: "#/components/schemas/Envelope" } } } }
components:
  schemas:
    Envelope:
      type: object
      description: A sentence of Polytomic.
      properties: { data: { type: array, items: { $ref: "#/components/schemas/User" } } }
    User:
      type: object
      title: A title of Polytomic
      required: [id]
      properties:
        id: { type: string, format: uuid, example: An example of Polytomic }
        title: { type: string }
        role: { type: string, enum: [admin, user] }
        role_ids: { type: [array, "null"], items: { type: string } }
    Update:
      type: object
      required: [email]
      properties: { email: { type: string }, role: { type: string } }
`;

/** Our spec of the same API, written differently. */
const OURS = `
openapi: 3.1.0
info: { title: Users, version: "2025-09-18" }
paths:
  /api/organization/users/{user_id}:
    parameters:
      - { name: user_id, in: path, required: true, schema: { type: string, format: uuid } }
    get:
      operationId: getUser
      security: [{ apiKey: [] }, { scopedKey: [] }]
      parameters: [{ name: expand, in: query, schema: { type: boolean } }]
      responses:
        "200": { $ref: "#/components/responses/User" }
        "404": { content: { application/json: { schema: { type: object } } } }
    put:
      operationId: updateUser
      security: [{ apiKey: [] }]
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, properties: { role: { type: string }, email: { type: string } }, required: [email] }
      responses:
        "200": { $ref: "#/components/responses/User" }
components:
  securitySchemes: { apiKey: { type: http, scheme: bearer }, scopedKey: { type: http, scheme: basic } }
  responses:
    User: { content: { application/json: { schema: { $ref: "#/components/schemas/Envelope" } } } }
  schemas:
    Envelope: { type: object, properties: { data: { type: array, items: { $ref: "#/components/schemas/Person" } } } }
    Person:
      type: object
      required: [id]
      properties:
        role_ids: { type: ["null", array], items: { type: string } }
        role: { type: string, enum: [user, admin] }
        title: { type: string }
        id: { type: string, format: uuid }
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drift-"));
  return () => rm(folder, { recursive: true });
});

let count = 0;
async function file(content: unknown, extension = "json"): Promise<string> {
  const name = join(folder, `${++count}.${extension}`);
  await writeFile(name, typeof content === "string" ? content : JSON.stringify(content));
  return name;
}

interface Project {
  readonly ours?: unknown;
  readonly published?: unknown;
  readonly entries?: unknown;
}

async function project({ ours = OURS, published = PUBLISHED, entries = [] }: Project = {}): Promise<Files> {
  return { spec: await file(ours), published: await file(published), differences: await file(entries) };
}

async function drift(args: string[], given: Project = {}): Promise<Ran> {
  const files = await project(given);
  return captured(() => main(args, files));
}

function edited(edit: (document: SpecNode) => void, text = PUBLISHED): SpecNode {
  const document = parse(text) as SpecNode;
  edit(document);
  return document;
}

const VERSION = "2025-09-18";
const json = (value: unknown): SpecNode => value as SpecNode;
const PATH = "/api/organization/users/{id}";
const get = (document: SpecNode): SpecNode => document["paths"]![PATH]!["get"]!;
const schema = (document: SpecNode, name: string): SpecNode => document["components"]!["schemas"]![name]!;
const user = (document: SpecNode): SpecNode => schema(document, "User")["properties"]!;

/** A difference as it is printed: in the form of an entry without a reason. */
interface Reported {
  readonly operation: string | string[];
  readonly place: string;
  readonly published: string;
  readonly ours: string;
}

/** The differences that are printed as not reviewed. */
function reportedIn({ stdout }: Ran): Reported[] {
  const [, entries = ""] = stdout.split("Differences that are not reviewed:\n");
  return (parse(entries) ?? []) as Reported[];
}

/** An edit, then the operation, the place, the published value and our value that must be reported. */
type Case = [string, (document: SpecNode) => unknown, string | string[], string, string, string];
const BOTH = ["getUser", "updateUser"];

const EDITS: Case[] = [
  [
    "a response field that was added",
    (d) => (user(d)["name"] = json({ type: "string" })),
    BOTH,
    "response 200 › data[] › name",
    "optional, string",
    "none",
  ],
  [
    "a response field that was removed",
    (d) => delete user(d)["title"],
    BOTH,
    "response 200 › data[] › title",
    "none",
    "optional, string",
  ],
  [
    "a field with the name of a built-in property",
    (d) =>
      (schema(d, "User")["properties"] = json(
        JSON.parse(`{"__proto__":{"type":"integer"},${JSON.stringify(user(d)).slice(1)}`),
      )),
    BOTH,
    "response 200 › data[] › __proto__",
    "optional, integer",
    "none",
  ],
  [
    "another type",
    (d) => (user(d)["title"]!["type"] = json("integer")),
    BOTH,
    "response 200 › data[] › title (type)",
    "integer",
    "string",
  ],
  [
    "another type of list items",
    (d) => (user(d)["role_ids"]!["items"] = json({ type: "integer" })),
    BOTH,
    "response 200 › data[] › role_ids[] (type)",
    "integer",
    "string",
  ],
  [
    "a type that was removed",
    (d) => delete schema(d, "Update")["type"],
    "updateUser",
    "request body (type)",
    "any",
    "object",
  ],
  [
    "another format",
    (d) => delete user(d)["id"]!["format"],
    BOTH,
    "response 200 › data[] › id (format)",
    "none",
    "uuid",
  ],
  [
    "another nullability",
    (d) => (user(d)["role_ids"]!["type"] = json("array")),
    BOTH,
    "response 200 › data[] › role_ids (nullable)",
    "not nullable",
    "nullable",
  ],
  [
    "a field that became required",
    (d) => (schema(d, "User")["required"] = json(["id", "title"])),
    BOTH,
    "response 200 › data[] › title (required)",
    "required",
    "optional",
  ],
  [
    "a value of an enum that was added",
    (d) => (user(d)["role"]!["enum"] = json(["admin", "guest", "user"])),
    BOTH,
    "response 200 › data[] › role (enum)",
    `"admin", "guest", "user"`,
    `"admin", "user"`,
  ],
  [
    "a request field that was removed",
    (d) => delete schema(d, "Update")["properties"]!["role"],
    "updateUser",
    "request body › role",
    "none",
    "optional, string",
  ],
  [
    "a request field that became optional",
    (d) => delete schema(d, "Update")["required"],
    "updateUser",
    "request body › email (required)",
    "optional",
    "required",
  ],
  [
    "a request body that became optional",
    (d) => delete d["paths"]![PATH]!["put"]!["requestBody"]!["required"],
    "updateUser",
    "request body (required)",
    "optional",
    "required",
  ],
  [
    "a request body that was removed",
    (d) => delete d["paths"]![PATH]!["put"]!["requestBody"],
    "updateUser",
    "request body",
    "none",
    "required, application/json, object",
  ],
  [
    "a status that was added",
    (d) => (get(d)["responses"]!["422"] = json({ description: "Invalid." })),
    "getUser",
    "response 422",
    "without a body",
    "none",
  ],
  [
    "a status that was removed",
    (d) => delete get(d)["responses"]!["404"],
    "getUser",
    "response 404",
    "none",
    "application/json, object",
  ],
  [
    "another media type",
    (d) => (get(d)["responses"]!["404"]!["content"] = json({ "text/plain": { schema: { type: "object" } } })),
    "getUser",
    "response 404 (content)",
    "text/plain",
    "application/json",
  ],
  [
    "a parameter that was added",
    (d) =>
      (get(d)["parameters"]! as unknown as object[]).push({
        name: "page",
        in: "query",
        required: true,
        schema: { type: "integer" },
      }),
    "getUser",
    "query page",
    "required, integer",
    "none",
  ],
  [
    "a parameter that was removed",
    (d) => (get(d)["parameters"]! as unknown as object[]).pop(),
    "getUser",
    "query expand",
    "none",
    "optional, boolean",
  ],
  [
    "another type of a parameter",
    (d) => (get(d)["parameters"]![2]!["schema"]!["type"] = json("string")),
    "getUser",
    "query expand (type)",
    "string",
    "boolean",
  ],
  [
    "another format of a path parameter",
    (d) => delete get(d)["parameters"]![1]!["schema"]!["format"],
    "getUser",
    "path parameter 1 (format)",
    "none",
    "uuid",
  ],
  [
    "credentials that became optional",
    (d) => delete get(d)["parameters"]![0]!["required"],
    "getUser",
    "header authorization (required)",
    "optional",
    "required",
  ],
  [
    "credentials that were removed",
    (d) => (get(d)["parameters"]! as unknown as object[]).shift(),
    "getUser",
    "header authorization",
    "none",
    "required, string",
  ],
  [
    "an operation that was added",
    (d) => (d["paths"]![PATH]!["patch"] = get(d)),
    `PATCH ${PATH}`,
    "operation",
    `PATCH ${PATH}`,
    "none",
  ],
  [
    "an operation that was removed",
    (d) => delete d["paths"]![PATH]!["put"],
    "updateUser",
    "operation",
    "none",
    "PUT /api/organization/users/{user_id}",
  ],
  [
    "another API version",
    (d) => (d["info"]!["title"] = json("2026-01-01")),
    BOTH,
    "API version (value)",
    "2026-01-01",
    "2025-09-18",
  ],
  [
    "a title that contains another API version",
    (d) => (d["info"]!["title"] = json("An API 2026-01-01")),
    BOTH,
    "API version (value)",
    "An API 2026-01-01",
    "2025-09-18",
  ],
  [
    "a title without an API version",
    (d) => (d["info"]!["title"] = json("Users")),
    BOTH,
    "API version (value)",
    "Users",
    "2025-09-18",
  ],
  ["a title that was removed", (d) => delete d["info"]!["title"], BOTH, "API version (value)", "none", "2025-09-18"],
  [
    "information about the API that was removed",
    (d) => delete d["info"],
    BOTH,
    "API version (value)",
    "none",
    "2025-09-18",
  ],
  [
    "a request body that no longer allows additional fields",
    (d) => (schema(d, "Update")["additionalProperties"] = json(false)),
    "updateUser",
    "request body (additional fields)",
    "no additional fields",
    "none",
  ],
  [
    "a field of a request body that no longer allows additional fields",
    (d) => Object.assign(schema(d, "Update")["properties"]!["role"]!, { additionalProperties: false }),
    "updateUser",
    "request body › role (additional fields)",
    "no additional fields",
    "none",
  ],
];

test.each(EDITS)(
  "%s is a difference, and nothing else is reported",
  async (_what, edit, operation, place, published, ours) => {
    const ran = await drift([await file(edited(edit))]);
    expect(reportedIn(ran)).toEqual([{ operation, place, published, ours }]);
    expect(ran).toMatchObject({ status: 1, stderr: expect.stringContaining("correct the spec, or copy it to") });
  },
);

test("differences are printed in the form of entries, and those that several operations share as one", async () => {
  const document = edited((found) => {
    user(found)["title"]!["type"] = json("integer");
    user(found)["role"]!["enum"] = json(["admin"]);
    delete get(found)["responses"]!["404"];
  });
  expect(await drift([await file(document)])).toEqual({
    status: 1,
    stdout: `Differences that are not reviewed:

- operation: [getUser, updateUser]
  place: response 200 › data[] › title (type)
  published: integer
  ours: string

- operation: [getUser, updateUser]
  place: response 200 › data[] › role (enum)
  published: '"admin"'
  ours: '"admin", "user"'

- operation: getUser
  place: response 404
  published: none
  ours: application/json, object

`,
    stderr: expect.stringMatching(
      /^For each difference, correct the spec, or copy it to \S+\.json and add a `reason`\.\n$/,
    ),
  });
});

const NO_DIFFERENCES = {
  status: 0,
  stdout: "The spec has no other differences from what Polytomic publishes.\n",
  stderr: "",
};

test.each<[string, (document: SpecNode) => unknown]>([
  ["an operationId", (d) => (get(d)["operationId"] = json("other"))],
  ["a description", (d) => (user(d)["id"]!["description"] = json("An id."))],
  [
    "the order of fields",
    (d) => (schema(d, "User")["properties"] = json(Object.fromEntries(Object.entries(user(d)).toReversed()))),
  ],
  [
    "a required field of a body that is marked as read-only",
    (d) => (schema(d, "Update")["properties"]!["email"]!["readOnly"] = json(true)),
  ],
  ["the order of types", (d) => (user(d)["role_ids"]!["type"] = json(["null", "array"]))],
  [
    "`nullable` of OpenAPI 3.0",
    (d) => (user(d)["role_ids"] = json({ type: "array", nullable: true, items: { type: "string" } })),
  ],
  ["the capitals of a header", (d) => (get(d)["parameters"]![0]!["name"] = json("authorization"))],
  [
    "a response that no longer allows additional fields",
    (d) => (schema(d, "User")["additionalProperties"] = json(false)),
  ],
  [
    "the name of a path parameter",
    (d) => {
      const { parameters } = get(d);
      parameters![1]!["name"] = json("x");
      d["paths"]!["/api/organization/users/{x}"] = json({ get: get(d) });
      delete d["paths"]![PATH]!["get"];
    },
  ],
])("%s is not a difference", async (_what, edit) => {
  expect(await drift([await file(edited(edit))])).toEqual(NO_DIFFERENCES);
});

/** A page of Polytomic for each operation of a document. */
function pagesOf(document: SpecNode): Map<string, string> {
  const pages = new Map<string, string>();
  for (const [path, item] of Object.entries(document["paths"]!)) {
    for (const [method, operation] of Object.entries(item)) {
      const page = stringify(
        { ...document, paths: { [path]: { [method]: operation } } },
        { aliasDuplicateObjects: false },
      );
      pages.set(
        `/api-reference/users/${pages.size}.md`,
        `# A page\n\n## OpenAPI Specification\n\n\`\`\`yaml\n${page}\`\`\`\n`,
      );
    }
  }
  return pages;
}

async function serveFiles(files: ReadonlyMap<string, string>): Promise<string> {
  const { url } = await serve(({ target }, response) => {
    const redirect = /^\/old(\/.*)/.exec(target);
    if (redirect) return response.writeHead(302, { location: redirect[1] }).end();
    return response.writeHead(files.has(target) ? 200 : 404).end(files.get(target));
  });
  return url;
}

async function serveLlms(document: SpecNode): Promise<string> {
  const pages = pagesOf(document);
  const links = [...pages.keys()].map((page) => `- [A page](${page}): about /api-reference/other/page.md`);
  return serveFiles(new Map([...pages, ["/llms.txt", links.join("\n")]]));
}

test.each(["json", "yaml"])("the same operations in a %s file are no difference", async (extension) => {
  const document = parse(PUBLISHED) as SpecNode;
  const text = extension === "json" ? JSON.stringify(document, null, 2) : `\uFEFF${PUBLISHED}`;
  expect(await drift([await file(text, extension)])).toEqual(NO_DIFFERENCES);
});

test("the pages that an llms.txt lists are compared, also behind a redirect", async () => {
  const url = await serveLlms(parse(PUBLISHED) as SpecNode);
  expect(await drift([`${url}/llms.txt`])).toEqual(NO_DIFFERENCES);
  expect(await drift([`${url}/old/llms.txt`])).toEqual(NO_DIFFERENCES);
});

test("an operation that an llms.txt no longer lists is a difference", async () => {
  const url = await serveLlms(edited((document) => delete document["paths"]![PATH]!["put"]));
  const ran = await drift([`${url}/llms.txt`]);
  expect(ran.status).toBe(1);
  expect(reportedIn(ran)).toEqual([expect.objectContaining({ operation: "updateUser", place: "operation" })]);
});

test("a change on one page of an llms.txt is a difference of that operation", async () => {
  const url = await serveLlms(edited((document) => delete get(document)["responses"]!["404"]));
  const ran = await drift([`${url}/llms.txt`]);
  expect(ran.status).toBe(1);
  expect(reportedIn(ran)).toEqual([expect.objectContaining({ operation: "getUser", place: "response 404" })]);
});

test.each([
  ["relative", (page: string) => `[A page](${page.slice(1)})`],
  ["relative with ./", (page: string) => `[A page](.${page})`],
  ["without an extension", (page: string) => page.replace(".md", ".")],
])("a link of an llms.txt can be %s", async (_which, link) => {
  const pages = pagesOf(parse(PUBLISHED) as SpecNode);
  const other = "- [Another page](other-api-reference/users/page.md)\n";
  const url = await serveFiles(new Map([...pages, ["/llms.txt", other + [...pages.keys()].map(link).join("\n")]]));
  expect(await drift([`${url}/llms.txt`])).toEqual(NO_DIFFERENCES);
});

test("a page of an llms.txt without an OpenAPI document is skipped, and printed", async () => {
  const pages = pagesOf(parse(PUBLISHED) as SpecNode);
  const text = ["/api-reference/users/overview.md", ...pages.keys()].join("\n");
  const overview = ["/api-reference/users/overview.md", "# Users\n"] as const;
  const url = await serveFiles(new Map([...pages, overview, ["/llms.txt", text]]));
  const { status, stdout, stderr } = await drift([`${url}/llms.txt`]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain(`Skipped a page: ${url}/api-reference/users/overview.md has no \`yaml\` block`);
});

test("an operation whose page has no OpenAPI document any more is a difference", async () => {
  const [[first], second] = [...pagesOf(parse(PUBLISHED) as SpecNode)] as [[string, string], [string, string]];
  const url = await serveFiles(new Map([[first, "# Moved\n"], second, ["/llms.txt", `${first}\n${second[0]}`]]));
  const ran = await drift([`${url}/llms.txt`]);
  expect(ran.status).toBe(1);
  expect(reportedIn(ran)).toEqual([expect.objectContaining({ operation: "getUser", place: "operation" })]);
});

test("an llms.txt whose pages have no OpenAPI documents cannot be read", async () => {
  const page = "/api-reference/users/list.md";
  const url = await serveFiles(
    new Map([
      [page, "# Users\n"],
      ["/llms.txt", page],
    ]),
  );
  const message = expect.stringContaining("lists no page with an OpenAPI document");
  expect(await drift([`${url}/llms.txt`])).toEqual({ status: 2, stdout: "", stderr: message });
});

/** The document with another API version and another type of a field. */
const otherVersion = (title: string | undefined): SpecNode =>
  edited((document) => {
    document["info"] = json({ title });
    user(document)["title"]!["type"] = json("integer");
  });

/** An `llms.txt` that lists the pages of several documents, each in a folder of its own. */
async function serveVersions(...documents: SpecNode[]): Promise<string> {
  const pages = documents.flatMap((document, index) =>
    [...pagesOf(document)].map(([path, page]) => [`/${index}${path}`, page] as const),
  );
  return serveFiles(new Map([...pages, ["/llms.txt", pages.map(([path]) => path).join("\n")]]));
}

test("only the pages of our API version are compared if an llms.txt also lists older ones", async () => {
  const url = await serveVersions(otherVersion("2024-02-08"), parse(PUBLISHED) as SpecNode, otherVersion("2025-01-01"));
  expect(await drift([`${url}/llms.txt`])).toEqual(NO_DIFFERENCES);
});

const NEWER = { operation: "*", place: "newer API version", published: "2026-01-01", ours: VERSION };

test("a newer API version beside ours is the only difference that is reported", async () => {
  const url = await serveVersions(otherVersion("2026-01-01"), parse(PUBLISHED) as SpecNode);
  const ran = await drift([`${url}/llms.txt`]);
  expect(ran.status).toBe(1);
  expect(reportedIn(ran)).toEqual([NEWER]);
});

test("a version beside ours whose age is unknown is reported", async () => {
  const url = await serveVersions(otherVersion("Beta"), otherVersion(undefined), parse(PUBLISHED) as SpecNode);
  const published = reportedIn(await drift([`${url}/llms.txt`])).map((difference) => difference.published);
  expect(published.toSorted()).toEqual(["Beta", "none"]);
});

test("an entry about a newer API version applies only while several versions are published", async () => {
  const entries = [{ ...NEWER, reason: "We stay." }];
  const [newer, newest] = [otherVersion("2026-01-01"), otherVersion("2026-06-01")];
  const url = await serveVersions(newer, parse(PUBLISHED) as SpecNode);
  expect(await drift([`${url}/llms.txt`], { entries })).toMatchObject({ status: 0, stderr: "" });
  expect(await drift([], { entries })).toEqual(NO_DIFFERENCES);
  const later = await drift([`${await serveVersions(newest, parse(PUBLISHED) as SpecNode)}/llms.txt`], { entries });
  expect(later.stdout).toContain("no longer applies");
  expect(reportedIn(later)).toEqual([{ ...NEWER, published: "2026-06-01" }]);
});

test("the newest API version is compared if ours is not published", async () => {
  const newest = edited((document) => (document["info"]!["title"] = json("An API 2026-06-01")));
  const url = await serveVersions(otherVersion("2026-01-01"), newest, otherVersion("Beta"), otherVersion("2024-02-08"));
  const differences = reportedIn(await drift([`${url}/llms.txt`]));
  expect(differences).toContainEqual({
    operation: BOTH,
    place: "API version (value)",
    published: "An API 2026-06-01",
    ours: VERSION,
  });
  expect(differences.map(({ place }) => place)).not.toContain("response 200 › data[] › title (type)");
});

test("`--update` writes our API version if several are published, and no version if there is none", async () => {
  const files = await project({ published: "not yet written" });
  const url = await serveVersions(otherVersion("2026-01-01"), parse(PUBLISHED) as SpecNode);
  await captured(() => main(["--update", `${url}/llms.txt`], files));
  expect(parse(await readFile(files.published, "utf8"))).toMatchObject({ version: VERSION });
  const untitled = await file(edited((document) => delete document["info"]));
  const { status } = await captured(() => main(["--update", untitled], files));
  expect(status).toBe(1);
  expect(parse(await readFile(files.published, "utf8"))).not.toHaveProperty("version");
});

test("a single page is compared alone, and only with the entries of its operation", async () => {
  const document = edited((found) => delete get(found)["responses"]!["404"]);
  const [page] = [...pagesOf(document).values()];
  const shared = { published: "none", reason: "It exists." };
  const ours = "application/json, object";
  const entries = [
    { operation: "getUser", place: "response 404", ours, ...shared },
    { operation: "updateUser", place: "response 422", ours, ...shared },
  ];
  expect(await drift([await file(page, "md")], { entries })).toMatchObject({ status: 0, stderr: "" });
});

const REVIEWED = edited((document) => {
  delete get(document)["responses"]!["404"];
  user(document)["title"]!["format"] = json("name");
});
const ENTRIES = [
  {
    operation: "getUser",
    place: ["response 404"],
    published: "none",
    ours: "application/json, object",
    reason: "One.",
  },
  { operation: "*", place: "response 200 › data[] › title (format)", published: "name", ours: "none", reason: "Two." },
];

test("reviewed differences are printed with their reasons, and the exit code is 0", async () => {
  const { status, stdout, stderr } = await drift([], { published: REVIEWED, entries: ENTRIES });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/getUser: response 404: none \(published\), application\/json, object \(ours\)\. One\./);
  expect(stdout).toContain("Two.");
});

test.each<[string, Record<string, unknown>]>([
  ["whose published value changed", { published: "other" }],
  ["whose value in our spec changed", { ours: "other" }],
  ["of an operation without this difference", { operation: ["getUser", "updateUser"] }],
  ["of an unknown operation", { operation: ["getUser", "getUsers"] }],
  ["of a place without this difference", { place: ["response 404", "response 400"] }],
  ["of all operations with an unknown exception", { operation: "*", except: ["updateUser", "getUsers"] }],
])("an entry %s no longer applies, and the exit code is 1", async (_which, change) => {
  const entries = [{ ...ENTRIES[0], ...change }, ENTRIES[1]];
  const { status, stdout, stderr } = await drift([], { published: REVIEWED, entries });
  expect(status).toBe(1);
  expect(stdout).toMatch(/json:1 no longer applies\. .*:\n\n {2}\w+: response \d+\n\n.* One\.\n/);
  expect(stderr).toContain("Correct or remove the entries");
});

/** The spec and the published document, both with a POST like the PUT. */
const POSTING = {
  ours: edited((document) => addPost(document, "createUser"), OURS),
  published: edited((document) => addPost(document, "create")),
};
function addPost(document: SpecNode, operationId: string): void {
  const [item] = Object.values(document["paths"]!);
  item!["post"] = structuredClone({ ...item!["put"]!, operationId: json(operationId) });
}

/** Without a body that is required, and without the status 404. */
const changed = (document: SpecNode): void => {
  for (const method of ["put", "post"]) delete document["paths"]![PATH]![method]?.["requestBody"]!["required"];
  delete get(document)["responses"]!["404"];
};
const ALL = [
  { operation: "*", place: "request body (required)", published: "optional", ours: "required", reason: "One." },
  { operation: "*", place: "response 404", published: "none", ours: "application/json, object", reason: "Two." },
];

test("an entry for all operations ignores those without the place, and covers an operation that is added", async () => {
  expect(await drift([], { published: edited(changed), entries: ALL })).toMatchObject({ status: 0, stderr: "" });
  const published = structuredClone(POSTING.published);
  changed(published);
  expect(await drift([], { ...POSTING, published, entries: ALL })).toMatchObject({ status: 0, stderr: "" });
});

test("an entry for all operations no longer applies if one of them has the place without the difference", async () => {
  const published = structuredClone(POSTING.published);
  changed(published);
  published["paths"]![PATH]!["post"]!["requestBody"]!["required"] = json(true);
  const { status, stdout } = await drift([], { ...POSTING, published, entries: ALL });
  expect(status).toBe(1);
  expect(stdout).toMatch(/no longer applies\. .*:\n\n {2}createUser: request body \(required\)\n\n/);
});

test("an entry for all operations does not apply to its exceptions", async () => {
  const published = structuredClone(POSTING.published);
  changed(published);
  const entries = [{ ...ALL[0], except: ["createUser"] }, ALL[1]];
  const ran = await drift([], { ...POSTING, published, entries });
  expect(ran.status).toBe(1);
  expect(reportedIn(ran)).toEqual([
    { operation: "createUser", place: "request body (required)", published: "optional", ours: "required" },
  ]);
  published["paths"]![PATH]!["post"]!["requestBody"]!["required"] = json(true);
  expect(await drift([], { ...POSTING, published, entries })).toMatchObject({ status: 0, stderr: "" });
});

test("an entry for all operations does not cover another value", async () => {
  const published = edited((document) => {
    changed(document);
    get(document)["responses"]!["404"] = json({ description: "Not found." });
  });
  const ran = await drift([], { published, entries: ALL });
  expect(ran.stdout).toContain("getUser: response 404\n");
  expect(reportedIn(ran)).toContainEqual({
    operation: "getUser",
    place: "response 404 (content)",
    published: "none",
    ours: "application/json",
  });
});

test("an entry for all operations does not apply to a field of a place that only one side has", async () => {
  const published = edited((document) => {
    delete document["paths"]![PATH]!["put"]!["responses"]!["200"];
    delete user(document)["title"];
  });
  const entries = [
    {
      operation: "updateUser",
      place: "response 200",
      published: "none",
      ours: "application/json, object",
      reason: "One.",
    },
    {
      operation: "*",
      place: "response 200 › data[] › title",
      published: "none",
      ours: "optional, string",
      reason: "Two.",
    },
  ];
  expect(await drift([], { published, entries })).toMatchObject({ status: 0, stderr: "" });
});

test("`--update` writes what is compared, without sentences, and the same from any source", async () => {
  const files = await project({ published: "not yet written" });
  const url = await serveLlms(parse(PUBLISHED) as SpecNode);
  for (const source of [await file(PUBLISHED), `${url}/llms.txt`, files.published]) {
    await captured(() => main(["--update", source], files));
    const text = await readFile(files.published, "utf8");
    expect(text).not.toMatch(/ of Polytomic/);
    expect(text).toBe(await readFile(files.published, "utf8"));
    expect(parse(text)).toMatchObject({ version: VERSION });
    expect(await captured(() => main([], files))).toEqual(NO_DIFFERENCES);
  }
});

test("`--update` keeps components apart that have the same name on two pages", async () => {
  const files = await project({ published: "not yet written" });
  const [first, second] = [...pagesOf(parse(PUBLISHED) as SpecNode).values()];
  const other = second!.replaceAll("role:\n", "rank:\n");
  const llms = "/api-reference/users/a.md and /api-reference/users/b.md";
  const url = await serveFiles(
    new Map([
      ["/llms.txt", llms],
      ["/api-reference/users/a.md", first!],
      ["/api-reference/users/b.md", other],
    ]),
  );
  const ran = await captured(() => main(["--update", `${url}/llms.txt`], files));
  expect(reportedIn(ran)).toContainEqual(
    expect.objectContaining({ operation: "updateUser", place: "response 200 › data[] › rank" }),
  );
  expect(ran.stdout).not.toContain("getUser");
  expect(reportedIn(await captured(() => main([], files)))).toEqual(reportedIn(ran));
});

test("`--update` does not write an incomplete document", async () => {
  const files = await project();
  const page = await file([...pagesOf(parse(PUBLISHED) as SpecNode).values()][0], "md");
  const { status, stderr } = await captured(() => main(["--update", page], files));
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining("Pass the llms.txt") });
  expect(await readFile(files.published, "utf8")).toBe(PUBLISHED);
});

const BROKEN: [string, string, string, string][] = [
  ["broken YAML", "a: [", "yaml", "is neither valid YAML nor valid JSON"],
  [
    "too many aliases",
    `a: &a [1,1,1,1,1,1,1,1,1]\n${"bcdefghi"
      .split("")
      .map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]},`.repeat(9)}]`)
      .join("\n")}`,
    "yaml",
    "is neither valid YAML nor valid JSON",
  ],
  [
    "an alias to itself",
    PUBLISHED.replace("title: { type: string }", "title: &title { items: *title }"),
    "yaml",
    "#/components/schemas/User/properties/title/items contains itself",
  ],
  [
    "parameters that are not a list",
    PUBLISHED.replace(
      "operationId: get\n      parameters:",
      "operationId: get\n      parameters: { a: 1 }\n      x-a:",
    ),
    "yaml",
    "#/paths/~1api~1organization~1users~1{id}/get/parameters must be array or null",
  ],
  [
    "a parameter without a name",
    PUBLISHED.replace("name: expand, ", ""),
    "yaml",
    "/get/parameters/2 must have required property 'name'",
  ],
  [
    "a schema that is a number",
    PUBLISHED.replace("{ type: boolean }", "3"),
    "yaml",
    "/schema must be object or boolean",
  ],
  ["a document of another kind", "a: 1", "yaml", "is not an OpenAPI 3 document"],
  ["an empty file", "", "yaml", "is not an OpenAPI 3 document"],
  ["Swagger 2.0", '{"swagger":"2.0","paths":{"/a":{"get":{}}}}', "json", "is not an OpenAPI 3 document"],
  ["a document without operations", '{"openapi":"3.1.0","paths":{}}', "json", "is not an OpenAPI 3 document"],
  ["a web page", "<!doctype html><p>: </p>", "html", "is a web page. Append .md"],
  [
    "a page without the section",
    "# A page\n\n```yaml\nopenapi: 3.1.0\n```\n",
    "md",
    'in a section "## OpenAPI Specification"',
  ],
  [
    "a page without the end of the block",
    "## OpenAPI Specification\n\n```yaml\nopenapi: 3.1.0\n",
    "md",
    "ends inside its `yaml` block",
  ],
  ["an llms.txt without pages of this API", "- [A page](/api-reference/roles/list.md)", "txt", "lists no page under"],
  ["a missing component", PUBLISHED.replace("    User:", "    Person:"), "yaml", "which it does not contain"],
  [
    "a reference to another document",
    PUBLISHED.replace("#/components/schemas/Envelope", "other.yaml#/a"),
    "yaml",
    "which it does not contain",
  ],
  [
    "a reference to a built-in property",
    PUBLISHED.replaceAll("#/components/schemas/Update", "#/constructor"),
    "yaml",
    "which it does not contain",
  ],
  [
    "a recursive schema",
    PUBLISHED.replace("role: { type: string, enum: [admin, user] }", 'role: { $ref: "#/components/schemas/User" }'),
    "yaml",
    "#/components/schemas/User contains itself",
  ],
  ...["allOf", "anyOf", "oneOf", "not"].map((keyword): [string, string, string, string] => [
    `\`${keyword}\``,
    PUBLISHED.replace(
      "title: { type: string }",
      `title: { ${keyword}: ${keyword === "not" ? "" : "[{}], x-a: "}{ type: string } }`,
    ),
    "yaml",
    "is not supported",
  ]),
  [
    "a reference to itself",
    PUBLISHED.replace(/ {4}User:[^]*(?= {4}Update:)/, '    User: { $ref: "#/components/schemas/User" }\n'),
    "yaml",
    "#/components/schemas/User contains itself",
  ],
];

test.each(BROKEN)("%s cannot be read: exit code 2 and one line", async (_what, text, extension, message) => {
  const name = await file(text, extension);
  const { status, stdout, stderr } = await drift([name]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^.*\.\n$/);
  expect(stderr).toContain(name);
});

test.each([
  ["no-such-file.json", "the file does not exist"],
  ["spec", "it is a directory. Pass a file"],
  ["", "The name of a file is empty"],
  ["http://example.com/llms.txt", "Use https, or http on a loopback host"],
  ["ftp://example.com/llms.txt", "Use https, or http on a loopback host"],
  ["https://", "not a valid URL"],
  ["http://ada:secret@127.0.0.1/llms.txt", "it contains credentials"],
  ["https://secret@example.com/llms.txt", "it contains credentials"],
  ["https:/ada:secret@example.com/llms.txt", "it contains credentials"],
  ["https://ada:secret@[/llms.txt", "not a valid URL"],
  ["http://127.0.0.1:1/llms.txt?key=secret#secret", "Cannot read http://127.0.0.1:1/llms.txt: bad port"],
  ["http://127.0.0.1:1/llms.txt", "bad port"],
  ["--updte=secret", "Valid options: --update"],
])("%s cannot be read, and the message says why, without a password or a query", async (name, message) => {
  const { status, stdout, stderr } = await drift([name]);
  expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: "", stderr: expect.stringContaining(message) });
  expect(stderr).not.toMatch(/\n {4}at |secret/);
});

test("an error status, a redirect to an insecure address and an endless redirect cannot be read", async () => {
  const { url } = await serve(({ target }, response) => {
    if (target === "/insecure") response.writeHead(302, { location: "http://example.com/?key=secret" }).end();
    else if (target === "/credentials") response.writeHead(302, { location: "https://ada:secret@example.com/" }).end();
    else if (target === "/loop") response.writeHead(302, { location: "/loop" }).end();
    else response.writeHead(503).end();
  });
  expect((await drift([`${url}/llms.txt`])).stderr).toContain("responded with status 503");
  for (const [path, message] of [
    ["insecure", "http://example.com is not allowed"],
    ["credentials", "redirects to a URL that contains credentials"],
  ]) {
    const { stderr } = await drift([`${url}/${path}`]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("secret");
  }
  expect(await drift([`${url}/loop`])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("redirects more than 5 times"),
  });
});

test("a response that is too large or takes too long cannot be read", async () => {
  const { url } = await serve((_request, response) => response.write("x".repeat(1000)));
  await expect(readSource(url, { size: 999, timeout: 5000 })).rejects.toThrow("it is larger than 999 bytes");
  await expect(readSource(url, { size: 2000, timeout: 50 })).rejects.toThrow("no complete response within 0.05 s");
});

test("two pages that describe an operation differently cannot be compared", async () => {
  const other = await file(edited((document) => delete get(document)["responses"]!["404"]));
  const { status, stderr } = await drift([await file(PUBLISHED), other]);
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(/describe GET \S+ differently/) });
});

test.each<[string, unknown, string]>([
  ["without a reason", [{ ...ENTRIES[0], reason: undefined }], "exactly these keys"],
  ["with an unknown key", [{ ...ENTRIES[0], note: "x" }], "exactly these keys"],
  ["with exceptions for a named operation", [{ ...ENTRIES[0], except: "updateUser" }], 'must have `operation: "*"`'],
  ["that is not a map", ["getUser"], "list of entries"],
])("an entry %s is refused", async (_which, entries, message) => {
  const { status, stderr } = await drift([], { entries });
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
});

const PROGRAM = ["scripts/run.cjs", "spec/drift"];

test("all differences of our spec are reviewed", async () => {
  const reviewed = expect.stringContaining("Reviewed differences (spec/differences.yaml):");
  expect(await captured(() => main([]))).toEqual({ ...NO_DIFFERENCES, stdout: reviewed });
});

test("`--update` does not change the committed spec/published.json", async () => {
  const published = await readFile("spec/published.json", "utf8");
  const files = { spec: "spec/openapi.yaml", published: await file(published), differences: "spec/differences.yaml" };
  await captured(() => main(["--update"], files));
  expect(await readFile(files.published, "utf8")).toBe(published);
});

test("the exit code of the program is 2 if a document cannot be read, without a stack trace", () => {
  const { status, stderr } = spawnSync(process.execPath, [...PROGRAM, "no-such-file.json"], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/^Cannot read no-such-file.json: .*\n$/),
  });
});

test("Ctrl-C ends the program while it waits for a response", async () => {
  const { url, received } = await serve(() => {});
  const program = spawn(process.execPath, [...PROGRAM, `${url}/llms.txt`]);
  onTestFinished(() => void program.kill("SIGKILL"));
  await expect.poll(() => received.length, { timeout: 30_000 }).toBe(1);
  program.kill("SIGINT");
  expect(await once(program, "exit")).toEqual([null, "SIGINT"]);
});
