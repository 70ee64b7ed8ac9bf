/**
 * A plugin of the build: openapi-fetch without what the façade never asks of it and no bundler can tell, 1.9 of 10 kB
 * when minified and gzipped. What goes leaves its lines empty, so that the source map is right as it is.
 *
 * `src/http/attempt.ts` gives a base URL, ids that are UUIDs, query values that are no objects, headers under names in
 * lower case and the text of a body; it wants text back. `spec/redocly.yaml` lets no parameter into the spec that is
 * more, and `test/spec/trim.test.ts` sends the same through both.
 */
import manifest from "openapi-fetch/package.json" with { type: "json" };

const VERSION = "0.17.0";

/** What is replaced, the one place where it stands, and by what. */
export const REPLACEMENTS: readonly (readonly [what: string, pattern: RegExp, by: string])[] = [
  [
    "options of a client",
    / {2}let \{\n {4}baseUrl = "",\n[^]*? {2}const globalMiddlewares = \[\];\n/g,
    "  const { Request, bodySerializer, ...baseOptions } = clientOptions;",
  ],
  [
    "options of a call, and the choice of serializers",
    / {4}const \{\n {6}baseUrl: localBaseUrl,\n[^]*? mergeHeaders\(baseHeaders, headers, params\.header\)\n {4}\);\n/g,
    `    const { baseUrl: finalBaseUrl, fetch, headers, params, parseAs, body: serializedBody, ...init } = fetchOptions;
    const querySerializer = createQuerySerializer();
    const pathSerializer = defaultPathSerializer;`,
  ],
  [
    "headers from several places",
    / {4}const finalHeaders = mergeHeaders\([^]*? {4}const finalMiddlewares = .*\n/g,
    `    const type = serializedBody === undefined ? {} : { "content-type": "application/json" };
    const finalHeaders = new Headers({ ...type, ...headers });`,
  ],
  [
    "middleware",
    / {4}let response;\n[^]*?(?= {4}const contentLength = )/g,
    "    const response = await fetch(request);",
  ],
  [
    "answers other than text",
    / {6}const getResponseData = [^]*? data: await getResponseData\(\), response \};\n/g,
    "      return { data: await response.text(), response };",
  ],
  ["methods other than request", / {4}\/\*\* Call a GET [^]*?(?= {2}\};\n\}\nclass PathCallForwarder )/g, ""],
  [
    "lists and objects in a query",
    /function createQuerySerializer\([^]*?\n\}\n/g,
    `function createQuerySerializer() {
      return (query) => {
        const given = Object.entries(query).filter(([, value]) => value !== undefined);
        return given.map(([name, value]) => name + "=" + encodeURIComponent(value)).join("&");
      };
    }`,
  ],
  [
    "lists, objects and styles in a path",
    /function defaultPathSerializer\([^]*?\n\}\n/g,
    `function defaultPathSerializer(path, ids) {
      return path.replace(/\\{(\\w+)\\}/g, (_, name) => encodeURIComponent(ids[name]));
    }`,
  ],
];

export const trimOpenapiFetch = {
  name: "trim-openapi-fetch",
  transform: {
    // Whatever the file is called: what is not the file that is known stops the build.
    filter: { id: /[\\/]openapi-fetch[\\/].*js$/ },
    handler(code: string): { code: string; map: null } {
      if (manifest.version !== VERSION) throw changed(`It is ${manifest.version}, not ${VERSION}`);
      for (const [what, pattern, by] of REPLACEMENTS) code = replaceOnce(code, { what, pattern, by });
      return { code, map: null };
    },
  },
};

function replaceOnce(code: string, { what, pattern, by }: { what: string; pattern: RegExp; by: string }): string {
  const [found, ...more] = code.match(pattern) ?? [];
  if (found === undefined) throw changed(`Not found: ${what}`);
  if (more.length > 0) throw changed(`Found more than once: ${what}`);
  return code.replace(found, () => by + "\n".repeat(lineBreaks(found) - lineBreaks(by)));
}

function lineBreaks(text: string): number {
  return text.split("\n").length - 1;
}

function changed(how: string): Error {
  return new Error(`openapi-fetch has changed: see what scripts/trim-openapi-fetch.ts has to trim. ${how}.`);
}
