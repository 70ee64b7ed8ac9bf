import { Hono, type Context } from "hono";
import { API_VERSION } from "../../generated/contract.ts";
import { currentOrganization, identify, partnerOrganization } from "./access.ts";
import { readBody, readEmail, readNewEmail, readRoles } from "./bodies.ts";
import { Problem } from "./problem.ts";
import type { OrganizationRecord, State, User } from "./state.ts";

/** Every version that the API has had; the last one answers a request that names none. */
const VERSIONS: readonly string[] = [API_VERSION, "2024-02-08", "2023-04-25", "2022-12-12", "2021-05-23"];
const OLDEST = VERSIONS.at(-1)!;

interface Env {
  Variables: { version: string; organization: OrganizationRecord; family: "current" | "partner" };
}

/** The routes of the API over a state. */
export function createApp(state: State): Hono<Env> {
  const app = new Hono<Env>();

  app.use(async (context, next) => {
    const asked = context.req.header("x-polytomic-version");
    context.set("version", asked === undefined || !VERSIONS.includes(asked) ? OLDEST : asked);
    context.header("x-polytomic-version", context.var.version);
    // Assumption: an unknown version is refused, not replaced by another.
    if (asked !== undefined && !VERSIONS.includes(asked)) throw new Problem(400, `There is no API version ${asked}.`);
    await next();
  });
  app.notFound(() => {
    throw new Problem(404, "There is no such route.");
  });
  app.onError((error, context) => {
    const problem = error instanceof Problem ? error : new Problem(500, `The sandbox failed: ${error.message}`);
    return isOldest(context)
      ? context.json({ error: problem.message, result: null }, problem.status)
      : context.json(problem.body, problem.status);
  });

  app.use("/api/organization/users/*", async (context, next) => {
    context.set("family", "current");
    context.set("organization", currentOrganization(state, identify(state, context.req.header("authorization"))));
    await next();
  });
  app.use("/api/organizations/:org_id/users/*", async (context, next) => {
    const caller = identify(state, context.req.header("authorization"));
    context.set("family", "partner");
    context.set("organization", partnerOrganization(state, caller, context.req.param("org_id")));
    await next();
  });

  const users = userRoutes(state);
  app.route("/api/organization/users", users);
  app.route("/api/organizations/:org_id/users", users);
  app.post("/api/organizations/:org_id/users/:id/keys", (context) => {
    const user = findUser(context);
    if (context.req.query("force") === "true") state.revokeKeys(user);
    // Assumption: without `force` the keys that the user has go on working.
    return answer(context, { value: state.mintKey(user) });
  });
  return app;
}

/** The five routes that both families have. */
function userRoutes(state: State): Hono<Env> {
  const users = new Hono<Env>();
  users.get("/", (context) => answer(context, [...context.var.organization.users.values()]));
  users.post("/", async (context) => {
    const { organization } = context.var;
    const body = await readBody(context.req);
    return answer(context, state.addUser(organization, readNewEmail(body, organization), readRoles(body)));
  });
  users.get("/:id", (context) => answer(context, findUser(context)));
  users.put("/:id", async (context) => {
    const user = findUser(context);
    const body = await readBody(context.req);
    // Assumption: the partner update demands an address, and does not compare it with the one that the user has.
    if (context.var.family === "partner") readEmail(body);
    return answer(context, state.updateUser(context.var.organization, user, readRoles(body)));
  });
  users.delete("/:id", (context) => {
    const user = findUser(context);
    state.deleteUser(context.var.organization, user);
    return answer(context, user);
  });
  return users;
}

function findUser(context: Context<Env>): User {
  const user = context.var.organization.users.get((context.req.param("id") ?? "").toLowerCase());
  if (!user) throw new Problem(404, "There is no user with this id.");
  return user;
}

/** The oldest version has an envelope of its own. An empty list is `null` there and here. */
function answer(context: Context<Env>, data: User | User[] | { value: string }): Response {
  const shown = Array.isArray(data) && data.length === 0 ? null : data;
  return context.json(isOldest(context) ? { error: null, result: shown } : { data: shown });
}

function isOldest(context: Context<Env>): boolean {
  return context.var.version === OLDEST;
}
