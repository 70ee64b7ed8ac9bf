/** Sandboxes whose every exchange is held against the spec. */
import type { Sandbox, SandboxOptions } from "../../../src/testing/index.ts";
import { violations } from "./exchange.ts";

const found: string[] = [];

/** What the spec had against the exchanges so far; asking empties the list. */
export function takeViolations(): string[] {
  return found.splice(0);
}

/** A `createSandbox` that makes checked sandboxes. */
export function checked(createSandbox: (options?: SandboxOptions) => Sandbox): typeof createSandbox {
  return (options) => {
    const sandbox = createSandbox(options);
    const injected: Injected = { statuses: new Set(), bodies: new Set() };
    const fail: Sandbox["fail"] = (fault) => {
      sandbox.fail(fault);
      if (fault.status !== undefined) injected.statuses.add(fault.status);
      if (fault.body !== undefined) injected.bodies.add(textOf(fault.body));
    };
    // What else a sandbox has is inherited, since some of it changes.
    return Object.create(sandbox, {
      fetch: { value: checkedFetch(sandbox.fetch, injected), enumerable: true },
      fail: { value: fail, enumerable: true },
    }) as Sandbox;
  };
}

/** What tests asked for with `fail()` may be what no API would answer. */
interface Injected {
  readonly statuses: Set<number>;
  readonly bodies: Set<string>;
}

/** A fetch that holds what passes through it against the spec. */
export function checkedFetch(
  fetch: Sandbox["fetch"],
  injected: Injected = { statuses: new Set(), bodies: new Set() },
): Sandbox["fetch"] {
  return async (input, init) => {
    // Without the signal, on which a new Request would leave a listener.
    const request = input instanceof Request && !init ? input : new Request(input, { ...init, signal: null });
    const requestBody = await request.clone().text();
    const response = await (input instanceof Request ? fetch(request) : fetch(input, init));
    // In memory, only an answer that breaks off has a length: there is no whole body to check.
    if (fetch !== globalThis.fetch && response.headers.has("content-length")) return response;
    const { method, url, headers: requestHeaders } = request;
    const { status, headers } = response;
    const body = await response.clone().text();
    if (injected.bodies.has(body)) return response;
    const said = violations({ method, url, requestHeaders, requestBody, status, headers, body });
    found.push(...said.filter((what) => !(injected.statuses.has(status) && what.endsWith("an undeclared status"))));
    return response;
  };
}

function textOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}
