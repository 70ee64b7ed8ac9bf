/**
 * A plugin of the build: openapi-fetch without what the façade never calls and no bundler can tell, which is middleware
 * and a method for each verb. That is 0.6 of 10 kB, minified and gzipped. What stays, stays on its line, so that the
 * source map is right as it is.
 */
export const trimOpenapiFetch = {
  name: "trim-openapi-fetch",
  transform: {
    filter: { id: /openapi-fetch\/dist\/index\.mjs$/ },
    handler(code: string): { code: string; map: null } {
      const trimmed = code.replaceAll("finalMiddlewares.length", "0").replaceAll(METHOD, blank);
      if (/finalMiddlewares\.|GET\(url|use\(/.test(trimmed))
        throw new Error("openapi-fetch has changed: see what to trim.");
      return { code: trimmed, map: null };
    },
  },
};

/** `GET(url, init) { … }` and the like, with the comment above. */
const METHOD = / {4}\/\*\* (?:Call a|Register|Unregister) .*\n {4}\w+\(.*\{\n(?: {6}.*\n)+ {4}\},?\n/g;

function blank(text: string): string {
  return text.replaceAll(/./g, "");
}
