import { Polytomic, type User } from "polytomic-users";
import { organizationId, UsageError } from "../shared/program.ts";

/** The users of one organization. */
export interface Directory {
  list(): Promise<User[]>;
  create(email: string, role_ids: string[] | undefined): Promise<User>;
  changeRoles(user: User, role_ids: string[]): Promise<User>;
  delete(user: User): Promise<User>;
}

/**
 * Connects to the organization of an API key or, with a partner or deployment key, to the organization in
 * `POLYTOMIC_ORGANIZATION_ID`. The client repeats a lost request with the same idempotency key, waits if the API limits
 * the rate, and gives up on a call after five minutes.
 *
 * A creation has no idempotency key of its own. With a fixed key such as the address, the API would return a user who was
 * deleted within the last 24 hours as if the user still existed. A second run needs no key: it lists the users first.
 */
export function connect(polytomic = new Polytomic({ maxRetries: 8, totalTimeout: 300_000 })): Directory {
  return process.env["POLYTOMIC_API_KEY"]
    ? ownOrganization(polytomic, process.env["POLYTOMIC_ORGANIZATION_ID"])
    : customerOrganization(polytomic, organizationId());
}

export function customerOrganization(polytomic: Polytomic, id: string): Directory {
  const { users } = polytomic.organization(id);
  return {
    list: () => users.list(),
    create: (email, role_ids) => users.create({ email, ...(role_ids && { role_ids }) }),
    changeRoles: ({ id: userId, email }, role_ids) => users.update(userId, { email, role_ids }),
    delete: (user) => users.delete(user.id),
  };
}

function ownOrganization({ users }: Polytomic, expectedId: string | undefined): Directory {
  return {
    async list() {
      const found = await users.list();
      const id = found[0]?.organization_id;
      if (id && expectedId && id.toLowerCase() !== expectedId.toLowerCase())
        throw new UsageError(`The API key belongs to the organization ${id}, not to ${expectedId}.`);
      return found;
    },
    create: (email, role_ids) => users.create({ email, ...(role_ids && { role_ids }) }),
    changeRoles: (user, role_ids) => users.update(user.id, { role_ids }),
    delete: (user) => users.delete(user.id),
  };
}
