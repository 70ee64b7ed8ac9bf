/**
 * The parts of docs/reference/ that follow from the declarations and docstrings in src/. A page marks each part:
 *
 *     <!-- methods: OrganizationUsers, CurrentOrganizationUsers --> … <!-- / -->
 *
 * - `methods` describes each method of a class or interface, or of several that have the same methods.
 * - `function` describes a function.
 * - `options` gives each property a heading, so that links and searches find it.
 * - `fields` is a table of the properties, and `properties` is one without those that are methods.
 * - `events` describes each member of a union of events.
 * - `operations` is a table of all operations, with their methods and Polytomic's pages.
 */
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import ts from "typescript";
import { FACTS, OPERATION_IDS, type OperationId } from "../../test/facts.ts";
import { format, oneLine, replaceParts, ROOT, table } from "./markdown.ts";

const ENTRIES = ["src/index.ts", "src/sync/index.ts", "src/testing/index.ts", "src/testing/node.ts"].map((file) =>
  join(ROOT, file),
);

const program = ts.createProgram(ENTRIES, { ...compilerOptions(), noEmit: true });
const checker = program.getTypeChecker();

/** The pages, each with the function that makes it. */
export const REFERENCE_PAGES = Object.fromEntries(
  globSync("docs/reference/*.md", { cwd: ROOT })
    .toSorted()
    .map((file) => [file, () => referencePage(file)]),
);

/** A page of docs/reference/ with its parts as the code has them. */
async function referencePage(file: string): Promise<string> {
  const page = await readFile(join(ROOT, file), "utf8");
  const resource = basename(file, ".md");
  const text = replaceParts(page, file, {
    methods: (names) => methods(names.split(", "), resource),
    function: (name) => functionPart(symbolOf(name)),
    options,
    fields: (name) => fields(propertiesOf(typeOfName(name))),
    properties: (name) => fields(propertiesOf(typeOfName(name)).filter((each) => !signatureOf(each))),
    events,
    operations,
  });
  return format(text, file);
}

/** Everything that the package exports, by name. */
export function exportedNames(): string[] {
  return [...exportedSymbols().keys()];
}

function exportedSymbols(): Map<string, ts.Symbol> {
  const symbols = ENTRIES.flatMap((entry) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!;
    return checker.getExportsOfModule(module);
  });
  return new Map(
    symbols.map((each) => [each.name, each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each]),
  );
}

function symbolOf(name: string): ts.Symbol {
  const symbol = exportedSymbols().get(name);
  if (!symbol) throw new Error(`The package does not export ${name}.`);
  return symbol;
}

function typeOfName(name: string): ts.Type {
  return checker.getDeclaredTypeOfSymbol(symbolOf(name));
}

/** The public properties of a type, in the order of the source, without those of a promise. */
function propertiesOf(type: ts.Type): ts.Symbol[] {
  const positionOf = (symbol: ts.Symbol): number => symbol.declarations![0]!.pos;
  return checker
    .getPropertiesOfType(type)
    .filter(({ name }) => !/^(?:#|__|then$|catch$|finally$)/.test(name))
    .toSorted((a, b) => positionOf(a) - positionOf(b));
}

function methods(names: string[], resource: string): string {
  const types = names.map(typeOfName);
  const found = types.flatMap(propertiesOf).filter((each) => signatureOf(each));
  const first = new Map(found.toReversed().map((method) => [method.name, method]));
  return [...new Set(found.map(({ name }) => first.get(name)!))]
    .map((method) => {
      const variants = types.flatMap((type) => checker.getPropertyOfType(type, method.name) ?? []);
      const signatures = variants.map((each) => `${each.name}${signatureText(signatureOf(each)!)}`);
      const isSame = new Set(signatures).size === 1;
      const shown = isSame ? signatures.slice(0, 1) : signatures.map((each, index) => `// ${names[index]}\n${each}`);
      return [`### ${method.name}()`, description(method, shown.join("\n")), httpOf(`${resource}.${method.name}`)].join(
        "\n\n",
      );
    })
    .join("\n\n");
}

function functionPart(symbol: ts.Symbol): string {
  return description(symbol, `${symbol.name}${signatureText(signatureOf(symbol)!)}`);
}

/** Signature, summary, parameters, result, errors and example. */
function description(symbol: ts.Symbol, signature: string): string {
  const list = (title: string, tag: string): string => {
    const texts = tagsOf(symbol, tag);
    const sentences = texts.join(" ").replace(/^[a-z]/, (letter) => letter.toUpperCase());
    return sentences && `**${title}:** ${linkErrors(sentences)}`;
  };
  const params = tagsOf(symbol, "param").map((each) => each.replace(/^(\w+) /, "- `$1`: "));
  const parts = [
    summaryOf(symbol),
    `\`\`\`typescript\n${signature}\n\`\`\``,
    params.join("\n"),
    list("Returns", "returns"),
    list("Throws", "throws"),
    ...tagsOf(symbol, "example").map((code) => `\`\`\`ts\n${code}\n\`\`\``),
  ];
  return parts.filter(Boolean).join("\n\n");
}

/** The operations that a method calls. */
function httpOf(method: string): string {
  const ids = OPERATION_IDS.filter((id) => FACTS[id].sdk === method).toReversed(); // customers first, as the signatures
  return ids.length > 0 ? `**HTTP:** ${ids.map(requestOf).join(", ")}` : "";
}

function operations(): string {
  const rows = OPERATION_IDS.map((id) => {
    const { sdk } = FACTS[id];
    const owner = FACTS[id].owner === "organization" ? "polytomic.organization(id)" : "polytomic";
    const method = `[\`${owner}.${sdk}()\`](${sdk.replace(".", ".md#").toLowerCase()})`;
    return [`\`${id}\``, requestOf(id), method];
  });
  return table(["`operationId`", "request", "method"], rows);
}

/** The request of an operation, with a link to Polytomic's page about it if the `@see` of the method names one. */
function requestOf(id: OperationId): string {
  const { owner, method, template, sdk } = FACTS[id];
  const [resource = "", name = ""] = sdk.split(".");
  const type = typeOfName(owner === "organization" ? "Organization" : "Polytomic");
  const ofResource = checker.getTypeOfSymbol(checker.getPropertyOfType(type, resource)!);
  const pages = tagsOf(checker.getPropertyOfType(ofResource, name)!, "see");
  const label = owner === "organization" ? "(customer organization)" : "(the caller's own organization)";
  const page = pages.length === 1 ? pages[0] : pages.find((each) => each.endsWith(label));
  const request = `\`${method} ${template}\``;
  return page === undefined ? request : `[${request}](${page.split(" ")[0]})`;
}

function options(name: string): string {
  const found = propertiesOf(typeOfName(name)).filter((each) => typeTextOf(each) !== "undefined");
  return found.map((each) => `### ${each.name}\n\n\`${typeTextOf(each)}\`\n\n${summaryOf(each)}`).join("\n\n");
}

function fields(properties: readonly ts.Symbol[]): string {
  const rows = properties.map((each) => {
    const isOptional = each.flags & ts.SymbolFlags.Optional ? "?" : "";
    return [`\`${each.name}${isOptional}\` <br> ${codeSpan(typeTextOf(each))}`, oneLine(summaryOf(each))];
  });
  return table(["field", "description"], rows);
}

/** A template literal type contains backticks. */
function codeSpan(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function events(name: string): string {
  const members = (typeOfName(name) as ts.UnionType).types;
  const shared = propertiesOf(typeOfName(name)).filter((each) => each.name !== "type");
  const parts = members.map((type) => {
    const literal = checker.getTypeOfSymbol(checker.getPropertyOfType(type, "type")!) as ts.StringLiteralType;
    const own = propertiesOf(type).filter(
      (each) => each.name !== "type" && !shared.some((other) => other.name === each.name),
    );
    return [`### ${literal.value}`, summaryOf(type.symbol), own.length > 0 ? fields(own) : ""]
      .filter(Boolean)
      .join("\n\n");
  });
  return `### Fields of every event\n\n${fields(shared)}\n\n${parts.join("\n\n")}`;
}

function signatureOf(symbol: ts.Symbol): ts.Signature | undefined {
  return checker.getTypeOfSymbol(symbol).getCallSignatures()[0];
}

/** The parameters and the result. An `ApiCall` is shown without the type of its errors, which the text lists. */
function signatureText(signature: ts.Signature): string {
  const generics = signature.typeParameters?.map((each) => each.symbol.declarations![0]!.getText()).join(", ");
  const parameters = signature.getParameters().map((parameter) => {
    const declaration = parameter.valueDeclaration as ts.ParameterDeclaration;
    if (declaration.dotDotDotToken) return declaration.getText();
    const isOptional = declaration.questionToken ?? declaration.initializer;
    return `${parameter.name}${isOptional ? "?" : ""}: ${typeText(checker.getTypeOfSymbol(parameter))}`;
  });
  const result = signature.getReturnType();
  const shown =
    result.symbol?.name === "ApiCall"
      ? `ApiCall<${checker.typeToString(checker.getTypeArguments(result as ts.TypeReference)[0]!)}>`
      : typeText(result);
  const start = generics ? `<${generics}>` : "";
  const onOneLine = `${start}(${parameters.join(", ")}): ${shown}`;
  return onOneLine.length < 80 ? onOneLine : `${start}(\n  ${parameters.join(",\n  ")},\n): ${shown}`;
}

/** The type as the source writes it if that is a name, such as `OperationId`, otherwise in full. */
function typeTextOf(symbol: ts.Symbol): string {
  const written = (symbol.valueDeclaration as ts.PropertySignature | undefined)?.type;
  if (written && ts.isTypeReferenceNode(written) && !written.typeArguments) return written.getText();
  return typeText(checker.getTypeOfSymbol(symbol));
}

function typeText(type: ts.Type): string {
  const text = checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation).replace(/ \| undefined$/, "");
  return text.replace(/^\((\(.*)\)$/, "$1"); // the parentheses that the union needed
}

function summaryOf(symbol: ts.Symbol): string {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const withoutFormat = text.replace(/^Format: \w+\n/, ""); // openapi-typescript's first line
  const [deprecated] = tagsOf(symbol, "deprecated");
  return resolveLinks(
    [withoutFormat, deprecated === undefined ? "" : `Deprecated. ${deprecated}`].filter(Boolean).join(" "),
  );
}

function tagsOf(symbol: ts.Symbol, tag: string): string[] {
  const tags = symbol.getJsDocTags(checker).filter(({ name }) => name === tag);
  return tags.map(({ text }) => resolveLinks(ts.displayPartsToString(text)));
}

/** Links the names of error classes to their sections. */
function linkErrors(text: string): string {
  return text.replaceAll(/`(\w+Error)`/g, (code, name: string) =>
    exportedSymbols().has(name) ? `[${code}](errors.md#${name.toLowerCase()})` : code,
  );
}

/** Links the one class that docstrings link to. */
function resolveLinks(text: string): string {
  const linked = text.replaceAll(/\{@link ?ApiCall\} ?/g, "[`ApiCall`](client.md#apicall) ");
  if (linked.includes("{@link"))
    throw new Error(`scripts/docs/reference.ts does not know where this link leads: ${text}`);
  return linked;
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  return ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options;
}
