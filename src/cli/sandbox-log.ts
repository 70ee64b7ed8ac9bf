import { findRoute } from "../testing/routes.ts";
import type { Sandbox } from "../testing/index.ts";

/** Writes a line for each request, with the path template and the API version of the response. It contains no key. */
export function withLog(fetch: Sandbox["fetch"], write: (line: string) => void): Sandbox["fetch"] {
  return async (input, init) => {
    const request = input instanceof Request ? input : new Request(input, init);
    const start = performance.now();
    const log = (outcome: string): void => {
      const duration = Math.round(performance.now() - start);
      write(`${request.method} ${templateOf(request)} ${outcome} ${duration} ms\n`);
    };
    try {
      const response = await fetch(request);
      log(`${response.status} ${response.headers.get("x-polytomic-version") ?? "without a version"}`);
      return response;
    } catch (error) {
      log("dropped");
      throw error;
    }
  };
}

/** Not the path itself, since an unknown one could contain a key. */
function templateOf({ method, url }: Request): string {
  const { pathname } = new URL(url);
  return pathname === "/" ? "/" : (findRoute(method, pathname)?.template ?? "(unknown route)");
}
