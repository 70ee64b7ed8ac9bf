/** The pages of docs/http/ that describe the operations of the spec, with the samples of test/facts.ts. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FACTS, OPERATION_IDS, ORGANIZATION, pathOf, type OperationFacts, type OperationId } from "../../test/facts.ts"; // prettier-ignore
import { apiErrorClass } from "../../src/errors.ts";
import { parseOpenApi, type SpecNode } from "../spec/document.ts";
import { format, kebabCase, oneLine, replaceParts, ROOT, table } from "./markdown.ts";

const spec = await readSpec();

/** The overview and the page of each operation, each with the function that makes it. */
export const HTTP_PAGES: Record<string, () => Promise<string>> = {
  "docs/http/overview.md": overviewPage,
  ...Object.fromEntries(OPERATION_IDS.map((id) => [pathOfPage(id), () => pageOfOperation(id)])),
};

function pathOfPage(id: OperationId): string {
  return `docs/http/${kebabCase(id)}.md`;
}

/** The page of an operation. */
async function pageOfOperation(id: OperationId): Promise<string> {
  const { method, template } = FACTS[id];
  const item = spec["paths"]![template]!;
  const operation = item[method.toLowerCase()]!;
  const description = text(operation["description"]).trim();
  const page = [
    `---\ndescription: ${JSON.stringify(`${method} ${template}: ${oneLine(description).replace(/\. .*/, ".")}`)}\n---`,
    `# ${text(operation["summary"])}`,
    description,
    `\`\`\`http\n${method} ${template}\n\`\`\``,
    `In TypeScript: ${methodOf(id)}. The \`operationId\` is \`${id}\`.`,
    samples(id),
    `## Authentication\n\n${authentication(operation)}`,
    parameters([...listOf(item["parameters"]), ...listOf(operation["parameters"])]),
    requestBody(operation),
    response(operation),
    `## Errors\n\n${errors(operation)}`,
  ];
  return format(page.filter(Boolean).join("\n\n"), pathOfPage(id));
}

/** The overview, with the table of all operations. */
async function overviewPage(): Promise<string> {
  const file = "docs/http/overview.md";
  const page = await readFile(join(ROOT, file), "utf8");
  return format(replaceParts(page, file, { table: tableOfOperations }), file);
}

function tableOfOperations(): string {
  const rows = OPERATION_IDS.map((id) => {
    const { method, template } = FACTS[id];
    const summary = text(spec["paths"]![template]![method.toLowerCase()]!["summary"]);
    return [`[${summary}](${kebabCase(id)}.md)`, `\`${method} ${template}\``, methodOf(id), `\`${id}\``];
  });
  return table(["operation", "request", "in TypeScript", "`operationId`"], rows);
}

/** A link to the method of the SDK. */
function methodOf(id: OperationId): string {
  const { family, sdk } = FACTS[id];
  const owner = family === "partner" ? "polytomic.organization(id)" : "polytomic";
  return `[\`${owner}.${sdk}()\`](../reference/${sdk.replace(".", ".md#").toLowerCase()})`;
}

function samples(id: OperationId): string {
  return `::: code-group

\`\`\`sh [curl]
${curl(FACTS[id])}
\`\`\`

\`\`\`ts [TypeScript]
${typescript(FACTS[id])}
\`\`\`

:::`;
}

/** The samples leave out the query, which is optional. */
function curl(facts: OperationFacts): string {
  const { family, method, body } = facts;
  const lines = [
    `curl "${text(spec["servers"]![0]!["url"])}${pathOf(facts)}"`,
    ...(method === "GET" || (method === "POST" && body) ? [] : [`--request ${method}`]),
    `--header "Authorization: Bearer $${family === "partner" ? "MY_PARTNER_KEY" : "MY_API_KEY"}"`,
    `--header "X-Polytomic-Version: ${text(spec["info"]!["version"])}"`,
    ...(method === "POST" ? [`--header "Idempotency-Key: $(uuidgen)"`] : []),
    ...(body ? [`--json '${JSON.stringify(body)}'`] : []),
  ];
  return lines.join(" \\\n  ");
}

function typescript({ family, sdk, args, query, data }: OperationFacts): string {
  const isPartner = family === "partner";
  const given = (query ? args.slice(0, -1) : args).map((each) => JSON.stringify(each)).join(", ");
  const call = `await ${isPartner ? "acme" : "polytomic"}.${sdk}(${given})`;
  const lines = [
    `import { Polytomic } from "polytomic-users";\n`,
    isPartner
      ? `const polytomic = new Polytomic({ partnerKey: process.env.MY_PARTNER_KEY });`
      : `const polytomic = new Polytomic({ apiKey: process.env.MY_API_KEY });`,
    ...(isPartner ? [`const acme = polytomic.organization("${ORGANIZATION}");`] : []),
    data === "key" ? `const { value } = ${call};\nawait store(value);\n\n${STORE}` : `console.log(${call});`,
  ];
  return lines.join("\n");
}

/** A sample must not print a key. */
const STORE = `async function store(key: string): Promise<void> {
  // Store the key: no other response contains it.
}`;

function authentication(operation: SpecNode): string {
  const schemes = listOf(operation["security"]).flatMap((each) => Object.keys(each));
  const rows = schemes.map((name) => {
    const scheme = spec["components"]!["securitySchemes"]![name]!;
    const credentials = text(scheme["scheme"]) === "basic" ? "Basic <base64 of organization id:key>" : "Bearer <key>";
    return [`\`Authorization: ${credentials}\``, oneLine(text(scheme["description"]))];
  });
  return table(["header", "key"], rows);
}

function parameters(nodes: readonly SpecNode[]): string {
  const rows = nodes.map((parameter) => {
    const notes = [text(parameter["in"]), typeOf(parameter["schema"]!), parameter["required"] && "required"];
    return [nameCell(text(parameter["name"]), notes), oneLine(text(parameter["description"]))];
  });
  return `## Parameters\n\n${table(["parameter", "description"], rows)}`;
}

function requestBody(operation: SpecNode): string {
  if (!operation["requestBody"]) return "";
  const body = resolve(spec, operation["requestBody"]);
  const media = body["content"]!["application/json"]!;
  const schema = resolve(spec, media["schema"]!);
  return `## Request body\n\n${oneLine(text(schema["description"]))}\n\n${fields(schema)}\n\n${json(exampleOf(media))}`;
}

function response(operation: SpecNode): string {
  const success = resolve(spec, operation["responses"]!["200"]!);
  const media = success["content"]!["application/json"]!;
  const data = resolve(spec, resolve(spec, media["schema"]!)["properties"]!["data"]!);
  const item = data["items"] ? resolve(spec, data["items"]) : data;
  const each = data["items"]
    ? `\`data\` is ${typeOf(data)}. Each object has these fields:`
    : "`data` has these fields:";
  return `## Response

${oneLine(text(success["description"]))} The status is 200. ${each}

${fields(item)}

${json(exampleOf(media))}`;
}

function errors(operation: SpecNode): string {
  const rows = Object.entries(operation["responses"]!)
    .filter(([status]) => status !== "200")
    .map(([status, node]) => {
      const { name } = apiErrorClass(Number(status.replace("XX", "99")));
      const link = `[\`${name}\`](../reference/errors/${kebabCase(name)}.md)`;
      const [when = ""] = text(resolve(spec, node)["description"]).split("*Assumption*"); // most are about one operation
      return [`${status.toLowerCase()} <br> ${link}`, oneLine(when)];
    });
  return table(["status", "when"], rows);
}

function fields(schema: SpecNode): string {
  const required = listOf(schema["required"]) as unknown as string[];
  const rows = Object.entries(schema["properties"]!).map(([name, node]) => {
    const notes = [typeOf(node), required.includes(name) && "required", node["deprecated"] && "deprecated"];
    return [nameCell(name, notes), oneLine(text(node["description"]))];
  });
  return table(["field", "description"], rows);
}

/** A name, and its type and other notes below it, so that tables have two columns on a phone. */
function nameCell(name: string, notes: readonly unknown[]): string {
  return `\`${name}\` <br> ${notes.filter(Boolean).join(", ")}`;
}

/** A JSON schema in words: `array of string (uuid) or null`. */
function typeOf(schema: SpecNode): string {
  const resolved = resolve(spec, schema);
  const types = [resolved["type"] as unknown as string | string[]].flat();
  const shape = text(resolved["format"]);
  const names = types.map((type) => {
    if (type === "array") return `array of ${typeOf(resolved["items"]!)}`;
    return type === "string" && shape && shape !== "password" ? `string (${shape})` : type;
  });
  return names.join(" or ");
}

function exampleOf(media: SpecNode): SpecNode {
  return media["example"] ?? Object.values(media["examples"]!)[0]!["value"]!;
}

function json(value: SpecNode): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}

function listOf(node: SpecNode | undefined): SpecNode[] {
  return Object.values(node ?? {}).map((each) => (typeof each === "object" ? resolve(spec, each) : each));
}

/** The spec with every `allOf` merged. */
async function readSpec(): Promise<SpecNode> {
  const file = "spec/openapi.yaml";
  const { source, paths } = parseOpenApi(file, await readFile(join(ROOT, file), "utf8"));
  return { ...source, paths } as unknown as SpecNode;
}

/** The references of the spec are resolved already. */
function resolve(_spec: SpecNode, node: SpecNode): SpecNode {
  return node;
}

function text(node: unknown): string {
  return typeof node === "string" ? node : "";
}
