/** A program with one list call for each client, to measure its bundle size and its type check. */
export const PROGRAMS: Record<string, string> = {
  "openapi-fetch": `
    import createClient from "openapi-fetch";
    import type { paths } from "schema/schema.js";
    const client = createClient<paths>({ baseUrl: "https://app.polytomic.com" });
    const params = { path: { org_id: "an-id" } };
    const { data } = await client.GET("/api/organizations/{org_id}/users", { params });
    export const emails: string[] = (data?.data ?? []).map(({ email }) => email);
  `,
  "polytomic-users": `
    import { Polytomic } from "polytomic-users";
    const users = await new Polytomic({ partnerKey: "a-key" }).organization("an-id").users.list();
    export const emails: string[] = users.map(({ email }) => email);
  `,
  ky: `
    import ky from "ky";
    const { data } = await ky.get("https://app.polytomic.com/api/organizations/an-id/users").json<{ data: { email: string }[] }>();
    export const emails: string[] = data.map(({ email }) => email);
  `,
  polytomic: `
    import { PolytomicClient } from "polytomic";
    const { data } = await new PolytomicClient({ token: "a-key" }).users.list("an-id");
    export const emails: (string | undefined)[] = (data ?? []).map(({ email }) => email);
  `,
};
