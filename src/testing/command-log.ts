import { OPERATIONS } from "../../generated/contract.ts";
import { isUuid } from "../formats.ts";
import { ROUTES } from "./routes.ts";
import type { Sandbox } from "./sandbox.ts";

/** Writes a line for each request, with the API version of the response. It contains no key. */
export function withLog(fetch: Sandbox["fetch"], write: (line: string) => void): Sandbox["fetch"] {
  return async (input, init) => {
    const request = input instanceof Request ? input : new Request(input, init);
    const start = performance.now();
    const log = (outcome: string): void => {
      const duration = Math.round(performance.now() - start);
      write(`${request.method} ${describeTarget(new URL(request.url))} ${outcome} ${duration} ms\n`);
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

/** Masks what the spec does not have, since it could be a key of any kind. */
function describeTarget({ pathname, searchParams }: URL): string {
  const query = Array.from(searchParams, ([name, value]) => describeParameter(name, value)).join("&");
  return pathname.split("/").map(describeSegment).join("/") + (query && `?${query}`);
}

/** Shortens ids, since a key can look like one. */
function describeSegment(segment: string): string {
  if (isUuid(segment)) return `${segment.slice(0, 8)}…`;
  return SEGMENTS.has(segment) ? segment : "***";
}

function describeParameter(name: string, value: string): string {
  if (!PARAMETERS.has(name)) return "***";
  return `${name}=${/^(?:true|false)$/.test(value) ? value : "***"}`;
}

const SEGMENTS: ReadonlySet<string> = new Set(ROUTES.flatMap(({ path }) => path.split("/")));

const PARAMETERS: ReadonlySet<string> = new Set(
  Object.values(OPERATIONS).flatMap((operation) => ("query" in operation ? operation.query : [])),
);
