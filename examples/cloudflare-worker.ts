/**
 * A Cloudflare Worker: `GET /users` lists the users of an organization, `POST /users` invites one.
 *
 *     npm run demo -- cloudflare-worker
 */
import { isPolytomicError, Polytomic } from "polytomic-users";

/** The Worker's secrets and variables: `wrangler secret put POLYTOMIC_PARTNER_KEY`. */
interface Env {
  POLYTOMIC_PARTNER_KEY?: string;
  /** A self-hosted deployment has a key and a URL instead of a partner key. */
  POLYTOMIC_DEPLOYMENT_KEY?: string;
  POLYTOMIC_DEPLOYMENT_URL?: string;
  POLYTOMIC_ORGANIZATION_ID: string;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (new URL(request.url).pathname !== "/users") return new Response("Not found.", { status: 404 });
    const { POLYTOMIC_PARTNER_KEY: partnerKey, POLYTOMIC_DEPLOYMENT_KEY: deploymentKey } = env;
    const polytomic = new Polytomic({
      ...(deploymentKey ? { deploymentKey } : { partnerKey }),
      baseUrl: env.POLYTOMIC_DEPLOYMENT_URL,
      totalTimeout: 10_000, // the Worker responds within 10 s, even if the API does not
    });
    const { users } = polytomic.organization(env.POLYTOMIC_ORGANIZATION_ID);
    try {
      if (request.method === "GET") {
        const list = await users.list({ signal: request.signal });
        return Response.json(list.map(({ id, email }) => ({ id, email })));
      }
      const { email } = (await request.json()) as { email: string };
      const { id } = await users.create({ email });
      return Response.json({ id, email }, { status: 201 });
    } catch (error) {
      if (!isPolytomicError(error)) throw error;
      console.error(JSON.stringify(error)); // log the details, but do not send them to the client
      const status = error.name === "UnprocessableEntityError" ? 422 : 502;
      return Response.json({ error: error.name }, { status });
    }
  },
};
