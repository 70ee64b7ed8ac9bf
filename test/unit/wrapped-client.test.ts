import { inspect } from "node:util";
import { expect, test, vi } from "vitest";
import { Polytomic } from "../../src/index.ts";
import { ORGANIZATION } from "../facts.ts";

const SECRET = "canary-7d1f3b9e5a2c";
const original = new Polytomic({ apiKey: SECRET, fetch: async () => Response.json({ data: [] }) });

test.each<[string, Pick<Polytomic, "organization" | "request" | "untypedRequest" | "users">]>([
  ["a proxy of a client", new Proxy(original, {})],
  ["a proxy of a proxy of a client", new Proxy(new Proxy(original, {}), {})],
  ["an object that inherits from a client", Object.create(original) as Polytomic],
])("%s works like the client, and shows no key", async (_what, client) => {
  expect(await client.users.list()).toEqual([]);
  expect(await client.organization(ORGANIZATION).users.list()).toEqual([]);
  expect(await client.request("get", "/api/organization/users")).toEqual({ data: [] });
  expect(await client.untypedRequest("get", "/api/new-thing")).toEqual({ data: [] });
  for (const showHidden of [false, true]) expect(inspect(client, { depth: 10, showHidden })).not.toContain(SECRET);
  expect(JSON.stringify(client)).not.toContain(SECRET);
});

test("the methods of a client can be replaced in a test, and overridden in a subclass", async () => {
  const client = new Polytomic({ apiKey: SECRET, fetch: async () => Response.json({ data: [] }) });
  const spy = vi.spyOn(client, "organization");
  client.organization(ORGANIZATION);
  expect(spy).toHaveBeenCalledOnce();
  class Traced extends Polytomic {
    readonly ids: string[] = [];
    override organization(id: string): ReturnType<Polytomic["organization"]> {
      this.ids.push(id);
      return super.organization(id);
    }
  }
  const traced = new Traced({ apiKey: SECRET, fetch: async () => Response.json({ data: [] }) });
  expect(await traced.organization(ORGANIZATION).users.list()).toEqual([]);
  expect(traced.ids).toEqual([ORGANIZATION]);
});

test("the methods of a client are not enumerable, as those of any class", () => {
  expect(Object.values(original).filter((value) => typeof value === "function")).toEqual([]);
});
