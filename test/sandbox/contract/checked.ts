/** Wraps sandboxes, so that every exchange is checked against the spec. */
import type { Sandbox, SandboxOptions } from "../../../src/testing/index.ts";

/** Wraps `createSandbox`. */
export function checked(createSandbox: (options?: SandboxOptions) => Sandbox): typeof createSandbox {
  return (options) => {
    const sandbox = createSandbox(options);
    const injected: InjectedBodies = new Map();
    const fail: Sandbox["fail"] = (fault) => {
      sandbox.fail(fault);
      if (fault.body === undefined) return;
      const body = textOf(fault.body);
      injected.set(body, (injected.get(body) ?? 0) + (fault.times ?? 1));
    };
    const reset: Sandbox["reset"] = () => {
      sandbox.reset();
      injected.clear();
    };
    // The other properties are inherited, because `requests` is a getter.
    return Object.create(sandbox, {
      fetch: { value: checkedFetch(sandbox.fetch, injected), enumerable: true },
      fail: { value: fail, enumerable: true },
      reset: { value: reset, enumerable: true },
    }) as Sandbox;
  };
}

/** How many responses are still to have a body from `fail()`, which need not match the spec. */
type InjectedBodies = Map<string, number>;

/** Wraps a fetch, so that every exchange is checked against the spec. */
export function checkedFetch(fetch: Sandbox["fetch"], injected: InjectedBodies = new Map()): Sandbox["fetch"] {
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
    if (take(injected, body)) return response;
    // Imported when needed: compiling the spec takes longer than most test files, and not all of them use a sandbox.
    const { violations } = await import("./exchange.ts");
    const violated = violations({ method, url, requestHeaders, requestBody, status, headers, body });
    found.push(...violated.filter((what) => !(isInjected(body) && what.endsWith("an undeclared status"))));
    return response;
  };
}

function take(injected: InjectedBodies, body: string): boolean {
  const left = injected.get(body) ?? 0;
  if (left > 0) injected.set(body, left - 1);
  return left > 0;
}

/** Whether the sandbox sent this body because of a status from `fail()`, which need not be in the spec. */
function isInjected(body: string): boolean {
  return body.includes("This failure was requested with `sandbox.fail()`.");
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

const found: string[] = [];

/** Returns the violations so far, and clears them. */
export function takeViolations(): string[] {
  return found.splice(0);
}
