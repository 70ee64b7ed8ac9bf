/** Wraps sandboxes, so that every exchange is checked against the spec. */
import type { Sandbox, SandboxOptions } from "../../../src/testing/index.ts";

/** Wraps `createSandbox`. */
export function checked(createSandbox: (options?: SandboxOptions) => Sandbox): typeof createSandbox {
  return (options) => {
    const sandbox = createSandbox(options);
    const injected: Injected = { statuses: new Set(), bodies: new Set() };
    const fail: Sandbox["fail"] = (fault) => {
      sandbox.fail(fault);
      if (fault.status !== undefined) injected.statuses.add(fault.status);
      if (fault.body !== undefined) injected.bodies.add(textOf(fault.body));
    };
    // The other properties are inherited, because `requests` is a getter.
    return Object.create(sandbox, {
      fetch: { value: checkedFetch(sandbox.fetch, injected), enumerable: true },
      fail: { value: fail, enumerable: true },
    }) as Sandbox;
  };
}

/** Statuses and bodies from `fail()`, which need not match the spec. */
interface Injected {
  readonly statuses: Set<number>;
  readonly bodies: Set<string>;
}

/** Wraps a fetch, so that every exchange is checked against the spec. */
export function checkedFetch(
  fetch: Sandbox["fetch"],
  injected: Injected = { statuses: new Set(), bodies: new Set() },
): Sandbox["fetch"] {
  return async (input, init) => {
    // The constructor of Request would leave a listener on the signal.
    const request = input instanceof Request && !init ? input : new Request(input, { ...init, signal: null });
    const requestBody = await request.clone().text();
    const response = await (input instanceof Request ? fetch(request) : fetch(input, init));
    // In memory, only a truncated response has a Content-Length, and its body cannot be read to its end.
    if (fetch !== globalThis.fetch && response.headers.has("content-length")) return response;
    const { method, url, headers: requestHeaders } = request;
    const { status, headers } = response;
    const body = await response.clone().text();
    if (injected.bodies.has(body)) return response;
    // Imported when needed: compiling the spec takes longer than most test files, and not all of them use a sandbox.
    const { violations } = await import("./exchange.ts");
    const violated = violations({ method, url, requestHeaders, requestBody, status, headers, body });
    found.push(...violated.filter((what) => !(injected.statuses.has(status) && what.endsWith("an undeclared status"))));
    return response;
  };
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

const found: string[] = [];

/** Returns the violations so far, and clears them. */
export function takeViolations(): string[] {
  return found.splice(0);
}
