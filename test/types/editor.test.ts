import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { FACTS, OPERATION_IDS } from "../facts.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const FILE = join(ROOT, "editor.ts");
let [program, version] = ["", 0];

/** One editor for all tests: only its file changes. */
const editor = ts.createLanguageService({
  getScriptFileNames: () => [FILE],
  getScriptVersion: (name) => (name === FILE ? String(version) : "1"),
  getScriptSnapshot: (name) => {
    if (name === FILE) return ts.ScriptSnapshot.fromString(program);
    return ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(readFileSync(name, "utf8")) : undefined;
  },
  getCurrentDirectory: () => ROOT,
  getCompilationSettings: () => ({
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    moduleDetection: ts.ModuleDetectionKind.Force,
    strict: true,
    types: [],
  }),
  getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
  fileExists: (name) => name === FILE || ts.sys.fileExists(name),
  readFile: (name) => ts.sys.readFile(name),
  directoryExists: (name) => ts.sys.directoryExists(name),
  getDirectories: (name) => ts.sys.getDirectories(name),
});

const HEAD = `
import { isPolytomicError, Polytomic, type PolytomicOptions, type RequestOptions, type User } from "polytomic-users";
import { createSandbox } from "polytomic-users/testing";
import { listen } from "polytomic-users/testing/node";
declare const polytomic: Polytomic;
declare const acme: ReturnType<Polytomic["organization"]>;
declare const user: User;
`;

/** Puts a user's code into the editor; gives the place that `⟨` marks. */
function write(code: string): number {
  const marked = HEAD + code;
  program = marked.replaceAll(/[⟨⟩]/g, "");
  version++;
  return marked.indexOf("⟨");
}

interface Hover {
  readonly says: string;
  readonly tags: Readonly<Record<string, string>>;
}

function hover(code: string): Hover {
  const info = editor.getQuickInfoAtPosition(FILE, write(code));
  const tags = (info?.tags ?? []).map(({ name, text }) => [name, ts.displayPartsToString(text)] as const);
  return { says: ts.displayPartsToString(info?.documentation), tags: Object.fromEntries(tags) };
}

/** What the compiler says, each message as its first line is read in an editor. */
function complaints(code: string): string[] {
  write(code);
  return editor
    .getSemanticDiagnostics(FILE)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const CLASSES: Record<number, string> = {
  403: "ForbiddenError",
  404: "NotFoundError",
  422: "UnprocessableEntityError",
  500: "ServerError",
};

/** How a method for an operation is written. */
const methodOf = (id: string): string => {
  const [, verb, family, key] = /^([a-z]+)(CurrentOrg|Partner)Users?(ApiKey)?$/.exec(id)!;
  return `${family === "Partner" ? "acme" : "polytomic"}.users.⟨${verb}${key ?? ""}⟩`;
};

describe("hovering a method", () => {
  test.each(OPERATION_IDS)("%s shows what it does, the errors that its page documents, and an example", (id) => {
    const { says, tags } = hover(methodOf(id));
    expect(says).toMatch(/^[A-Z].*\./);
    for (const status of FACTS[id].documented) {
      expect(tags["throws"]).toContain(CLASSES[status]);
    }
    expect(tags["throws"]).toContain("ApiCall");
    expect(tags["returns"]).toBeTruthy();
    expect(tags["example"]).toMatch(/\bawait (?:polytomic|acme)\.users\.\w+\(/);
    expect(tags["see"]).toContain("apidocs.polytomic.com");
  });

  test.each([
    ["polytomic.⟨request⟩", /await polytomic\.request\(/, "throws"],
    ["polytomic.⟨organization⟩", /polytomic\.organization\(/, "returns"],
    ["new ⟨Polytomic⟩()", /new Polytomic\(/, "throws"],
    ["acme.users.list().⟨withResponse⟩", /\.withResponse\(\)/, "throws"],
    ["acme.users.list().⟨result⟩", /\.result\(\)/, "throws"],
    ["⟨createSandbox⟩", /createSandbox\(\)/, "throws"],
    ["createSandbox().⟨fail⟩", /sandbox\.fail\(/, "throws"],
    ["⟨listen⟩", /await listen\(/, "throws"],
    ["⟨isPolytomicError⟩", /isPolytomicError\(error\)/, undefined],
  ])("%s shows what it does, and an example", (code, example, tag) => {
    const { says, tags } = hover(code);
    expect(says).toMatch(/^[A-Z].*\.$/s);
    expect(tags["example"]).toMatch(example);
    if (tag) expect(tags[tag]).toBeTruthy();
  });

  test("each field and each parameter says what it is", () => {
    expect(hover("acme.users.createApiKey(user.id, { ⟨force⟩: true })").says).toMatch(
      /^Whether to revoke a key .*\.$/s,
    );
    expect(hover("user.⟨email⟩").says).toMatch(/^Format: email\n\nThe e-mail address, .*\.$/s);
    expect(hover("user.⟨role_ids⟩").says).toBe("The ids of the roles that the user has.");
    expect(hover("user.⟨role⟩").tags["deprecated"]).toBe("The legacy name of a role. Use `role_ids`.");
  });

  test("each option says what it is, with unit and default where it has them", () => {
    const option = (type: string, name: string): string =>
      hover(`declare const options: ${type}; options.⟨${name}⟩`).says;
    for (const [type, names] of Object.entries({
      PolytomicOptions:
        "apiKey partnerKey deploymentKey organizationId baseUrl version timeout totalTimeout maxRetries headers fetch onEvent",
      RequestOptions: "signal timeout totalTimeout maxRetries version headers idempotencyKey",
    })) {
      for (const name of names.split(" ")) expect(option(type, name), `${type}.${name}`).toMatch(/^[A-Z].*\.$/s);
      expect(option(type, "timeout")).toContain("Milliseconds");
      expect(option(type, "totalTimeout")).toContain("Milliseconds");
    }
    for (const name of ["baseUrl", "version", "timeout", "totalTimeout", "maxRetries", "fetch"]) {
      expect(option("PolytomicOptions", name)).toMatch(/default/i);
    }
    for (const name of ["timeout", "totalTimeout", "maxRetries", "version", "idempotencyKey"]) {
      expect(option("RequestOptions", name)).toContain("Default: ");
    }
  });
});

describe("a deprecated field", () => {
  test("is struck through where it is read", () => {
    write("user.role; user.role_ids;");
    const struck = editor.getSuggestionDiagnostics(FILE).filter(({ reportsDeprecated }) => reportsDeprecated);
    expect(struck.map(({ start, length }) => program.slice(start, start + length))).toEqual(["role"]);
  });

  test.each([
    `acme.users.create({ email: "ada@acmecorp.com", ⟨⟩ });`,
    `acme.users.update("", { email: "ada@acmecorp.com", ⟨⟩ });`,
    `polytomic.users.update("", { ⟨⟩ });`,
  ])("is struck through where it is offered: %s", (code) => {
    const offered = editor.getCompletionsAtPosition(FILE, write(code), {})?.entries ?? [];
    const struck = offered.filter(({ kindModifiers }) => kindModifiers?.includes("deprecated"));
    expect(struck.map(({ name }) => name)).toEqual(["role"]);
    expect(offered.map(({ name }) => name)).toContain("role_ids");
  });
});

describe("a wrong path in request() gives one short error that names the path", () => {
  test.each([
    ["/api/organisation/users", `polytomic.request("get", "/api/organisation/users");`],
    ["/api/organisations/{org_id}/users", `polytomic.request("get", "/api/organisations/{org_id}/users", { params: { path: { org_id: "" } } });`], // prettier-ignore
    ["/api/organization/users", `polytomic.request("delete", "/api/organization/users");`],
    ["/api/organization/users/{id}", `polytomic.request("post", "/api/organization/users/{id}", { params: { path: { id: "" } }, body: { email: "" } });`], // prettier-ignore
  ])("%s", (path, code) => {
    const [error = "", ...others] = complaints(code);
    expect(others).toEqual([]);
    expect(error).toContain(`"${path}"`);
    expect(error.length).toBeLessThan(150);
  });

  test("and the paths that there are are offered", () => {
    const offered = editor
      .getCompletionsAtPosition(FILE, write(`polytomic.request("delete", "⟨⟩");`), {})
      ?.entries.map(({ name }) => name);
    expect(offered).toEqual(["/api/organization/users/{id}", "/api/organizations/{org_id}/users/{id}"]);
  });
});
