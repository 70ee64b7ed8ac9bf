import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { ERROR_NAMES, FACTS, OPERATION_IDS, type OperationId } from "../facts.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FILE = join(ROOT, "editor.ts");

/** A file in the editor: the code of all tests, so that the compiler checks it only once. */
let source = `
import { isPolytomicError, Polytomic, type IdempotentRequestOptions, type PolytomicOptions, type User } from "polytomic-users";
import { applySync, planSync } from "polytomic-users/sync";
import { createSandbox } from "polytomic-users/testing";
import { listen } from "polytomic-users/testing/node";
declare const polytomic: Polytomic;
declare const acme: ReturnType<Polytomic["organization"]>;
declare const user: User;
declare const options: PolytomicOptions;
declare const requestOptions: IdempotentRequestOptions;
`;

/** Code in the file, and the position that `⟨` marks. */
interface Snippet {
  readonly start: number;
  readonly end: number;
  readonly marked: number;
}

/** Adds code to the file. All snippets are added before the first test runs. */
function write(code: string): Snippet {
  const start = source.length;
  source += `${code.replaceAll(/[⟨⟩]/g, "")};\n`;
  return { start, end: source.length, marked: start + code.indexOf("⟨") };
}

const editor = ts.createLanguageService({
  getScriptFileNames: () => [FILE],
  getScriptVersion: () => "1",
  getScriptSnapshot: (name) => {
    if (name === FILE) return ts.ScriptSnapshot.fromString(source);
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
  getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
  fileExists: (name) => name === FILE || ts.sys.fileExists(name),
  readFile: (name) => ts.sys.readFile(name),
  directoryExists: (name) => ts.sys.directoryExists(name),
  getDirectories: (name) => ts.sys.getDirectories(name),
});

interface Hover {
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
}

function hover({ marked }: Snippet): Hover {
  const info = editor.getQuickInfoAtPosition(FILE, marked);
  const tags = (info?.tags ?? []).map(({ name, text }) => [name, ts.displayPartsToString(text)] as const);
  return { description: ts.displayPartsToString(info?.documentation), tags: Object.fromEntries(tags) };
}

function completions({ marked }: Snippet): readonly ts.CompletionEntry[] {
  return editor.getCompletionsAtPosition(FILE, marked, {})?.entries ?? [];
}

/** Returns the compiler errors in a snippet. */
function errorsIn({ start, end }: Snippet): string[] {
  return editor
    .getSemanticDiagnostics(FILE)
    .filter((error) => error.start !== undefined && error.start >= start && error.start < end)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const SENTENCES = /^[A-Z].*\.$/s;

/** Operations that Polytomic has no page for yet. */
const WITHOUT_PAGE: ReadonlySet<OperationId> = new Set();

describe("hovering a method", () => {
  const methods = OPERATION_IDS.map((id) => {
    const { owner, sdk } = FACTS[id];
    return { id, snippet: write(`${owner === "organization" ? "acme" : "polytomic"}.${sdk.replace(".", ".⟨")}⟩`) };
  });

  test.each(methods)(
    "hovering the method of $id shows a description, the documented errors and an example",
    ({ id, snippet }) => {
      const { description, tags } = hover(snippet);
      expect(description).toMatch(SENTENCES);
      for (const status of FACTS[id].documented) expect(tags["throws"]).toContain(ERROR_NAMES[status]);
      expect(tags["throws"]).toContain("ApiCall");
      expect(tags["returns"]).toBeTruthy();
      expect(tags["example"]).toMatch(/\bawait (?:polytomic|acme)\.\w+\.\w+\(/);
      const link = tags["see"] ?? "no @see: link to Polytomic's page, or add the operation to WITHOUT_PAGE";
      if (!WITHOUT_PAGE.has(id)) expect(link).toContain("apidocs.polytomic.com");
    },
  );

  const others = (
    [
      ["polytomic.⟨request⟩", /await polytomic\.request\(/, "throws"],
      ["acme.users.⟨findByEmail⟩", /await acme\.users\.findByEmail\(/, "throws"],
      ["acme.roles.⟨findByName⟩", /await acme\.roles\.findByName\(/, "throws"],
      ["polytomic.⟨organization⟩", /polytomic\.organization\(/, "returns"],
      ["new ⟨Polytomic⟩()", /new Polytomic\(/, "throws"],
      ["acme.users.list().⟨withResponse⟩", /\.withResponse\(\)/, "throws"],
      ["acme.users.list().⟨result⟩", /\.result\(\)/, "throws"],
      ["⟨planSync⟩", /planSync\(await acme\.users\.list\(\)/, "throws"],
      ["⟨applySync⟩", /await applySync\(acme\.users, plan/, "throws"],
      ["⟨createSandbox⟩", /createSandbox\(\)/, "throws"],
      ["createSandbox().⟨fail⟩", /sandbox\.fail\(/, "throws"],
      ["createSandbox().⟨faults⟩", /console\.log\(sandbox\.faults\)/, undefined],
      ["⟨listen⟩", /await listen\(/, "throws"],
      ["⟨isPolytomicError⟩", /isPolytomicError\(error\)/, undefined],
    ] as const
  ).map(([code, example, tag]) => ({ code, example, tag, snippet: write(code) }));

  test.each(others)("hovering $code shows a description and an example", ({ example, tag, snippet }) => {
    const { description, tags } = hover(snippet);
    expect(description).toMatch(SENTENCES);
    expect(tags["example"]).toMatch(example);
    if (tag) expect(tags[tag]).toBeTruthy();
  });
});

describe("hovering a field", () => {
  const force = write("acme.users.createApiKey(user.id, { ⟨force⟩: true })");
  const fields = (["email", "role_ids", "role"] as const).map((name) => ({ name, snippet: write(`user.⟨${name}⟩`) }));

  test("hovering a query parameter shows what it does", () => {
    expect(hover(force).description).toMatch(/^[A-Z].*revoke.*\.$/s);
  });

  test.each(fields)("hovering the field $name of a user shows what it contains", ({ name, snippet }) => {
    const { description, tags } = hover(snippet);
    if (name === "email") expect(description).toMatch(/^Format: email\n\n[A-Z].* address.*\.$/s);
    if (name === "role_ids") expect(description).toMatch(/^[A-Z].*roles.*\.$/s);
    if (name === "role") expect(tags["deprecated"]).toMatch(/`role_ids`/);
  });
});

describe("hovering a value", () => {
  const shown = (
    [
      ["const ⟨listed⟩ = await acme.users.list()", /^const \w+: [A-Z]\w+\[\]$/],
      ["const ⟨own⟩ = await polytomic.users.list()", /^const \w+: [A-Z]\w+\[\]$/],
      ["const ⟨created⟩ = await acme.users.createApiKey(user.id)", /^const \w+: [A-Z]\w+$/],
    ] as const
  ).map(([code, shows]) => ({ code, shows, snippet: write(code) }));

  test.each(shown)("hovering the value in `$code` shows the name of its type, not its fields", ({ shows, snippet }) => {
    const info = editor.getQuickInfoAtPosition(FILE, snippet.marked);
    expect(ts.displayPartsToString(info?.displayParts)).toMatch(shows);
  });
});

describe("hovering an option", () => {
  const clientOptions =
    "apiKey partnerKey deploymentKey organizationId baseUrl version timeout totalTimeout maxRetries maxResponseBytes headers fetch onEvent";
  const callOptions = "signal timeout totalTimeout maxRetries maxResponseBytes version headers idempotencyKey";
  const options = [
    ...clientOptions.split(" ").map((name) => ({ name, snippet: write(`options.⟨${name}⟩`) })),
    ...callOptions.split(" ").map((name) => ({ name, snippet: write(`requestOptions.⟨${name}⟩`) })),
  ];

  const WITH_DEFAULT = /^(?:baseUrl|version|timeout|totalTimeout|maxRetries|maxResponseBytes|fetch|idempotencyKey)$/;

  test("hovering any option shows a description, with its unit and its default", () => {
    for (const { name, snippet } of options) {
      const { description } = hover(snippet);
      expect(description, name).toMatch(SENTENCES);
      if (/timeout/i.test(name)) expect(description).toContain("in milliseconds");
      if (WITH_DEFAULT.test(name)) expect(description, name).toContain("Default: ");
    }
  });
});

describe("a deprecated field", () => {
  const read = write("user.role; user.role_ids");
  const offers = [
    `acme.users.create({ email: "ada@acmecorp.com", ⟨⟩ })`,
    `acme.users.update("", { email: "ada@acmecorp.com", ⟨⟩ })`,
    `polytomic.users.update("", { ⟨⟩ })`,
  ].map((code) => ({ code, snippet: write(code) }));

  test("a deprecated field is struck through where it is read", () => {
    const struck = editor
      .getSuggestionDiagnostics(FILE)
      .filter(({ start, reportsDeprecated }) => reportsDeprecated && start >= read.start && start < read.end);
    expect(struck.map(({ start, length }) => source.slice(start, start + length))).toEqual(["role"]);
  });

  test.each(offers)("a deprecated field is struck through in the completions of $code", ({ snippet }) => {
    const offered = completions(snippet);
    const struck = offered.filter(({ kindModifiers }) => kindModifiers?.includes("deprecated"));
    expect(struck.map(({ name }) => name)).toEqual(["role"]);
    expect(offered.map(({ name }) => name)).toContain("role_ids");
  });
});

describe("the path of request()", () => {
  const wrong = (
    [
      ["get", "/api/organisation/users", ""],
      ["get", "/api/organisations/{org_id}/users", `, { params: { path: { org_id: "" } } }`],
      ["delete", "/api/organization/users", ""],
      ["post", "/api/organization/users/{id}", `, { params: { path: { id: "" } }, body: { email: "" } }`],
    ] as const
  ).map(([method, path, input]) => ({
    method,
    path,
    snippet: write(`polytomic.request("${method}", "${path}"${input})`),
  }));
  const empty = write(`polytomic.request("delete", "⟨⟩")`);

  test.each(wrong)("request() with $method and the wrong path $path has one short error that names it", (each) => {
    const [error = "", ...others] = errorsIn(each.snippet);
    expect(others).toEqual([]);
    expect(error).toContain(`"${each.path}"`);
    expect(error.length).toBeLessThan(150);
  });

  test("the completions of request() are the paths that have the method", () => {
    const paths = OPERATION_IDS.filter((id) => FACTS[id].method === "DELETE").map((id) => FACTS[id].template);
    expect(
      completions(empty)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(paths.toSorted());
  });
});
