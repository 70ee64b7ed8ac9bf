import { expect, test } from "vitest";
import { allowLocalPages } from "../../src/testing/cors.ts";
import { createSandbox } from "../../src/testing/index.ts";
import { VERSION } from "./send.ts";

const sandbox = createSandbox();
const fetch = allowLocalPages(sandbox.fetch);
const USERS = "http://127.0.0.1:4010/api/organization/users";

function preflight(origin: string): Request {
  const headers = {
    origin,
    "access-control-request-method": "PUT",
    "access-control-request-headers": "authorization,content-type,x-polytomic-version",
  };
  return new Request(USERS, { method: "OPTIONS", headers });
}

test.each(["http://localhost:5173", "http://127.0.0.1:8080", "http://[::1]:3000", "http://localhost"])(
  "CORS allows a page of %s to send a request with a key after a preflight",
  async (origin) => {
    const allowed = await fetch(preflight(origin));
    expect([allowed.status, allowed.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
    expect(allowed.headers.get("access-control-allow-methods")).toContain("PUT");
    expect(allowed.headers.get("access-control-allow-headers")).toContain("x-polytomic-version");
    const headers = { origin, authorization: `Bearer ${sandbox.apiKey}`, "x-polytomic-version": VERSION };
    const response = await fetch(new Request(USERS, { headers }));
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
    expect(response.headers.get("access-control-expose-headers")).toContain("X-Polytomic-Version");
    expect(response.headers.get("vary")).toContain("Origin");
  },
);

test.each(["https://example.com", "http://localhost.example.com", "null"])(
  "CORS does not allow a page of %s to send a request",
  async (origin) => {
    expect((await fetch(preflight(origin))).headers.get("access-control-allow-origin")).toBeNull();
  },
);
