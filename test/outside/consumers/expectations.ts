import type { Same } from "../../../src/exact-types.js";

/** The sandbox that a generated client calls. */
export interface Target {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly partnerKey: string;
  readonly organizationId: string;
  readonly roleId: string;
}

/** What a consumer found: the email addresses in the responses, the roles after the update, and the length of a new key. */
export interface Findings {
  readonly own: Walked;
  readonly partner: Walked & { readonly keyIsText: boolean };
  readonly around: Around;
  /** Further findings, which depend on the generator. */
  readonly [more: string]: unknown;
}

export interface Walked {
  readonly listed: readonly string[];
  readonly created: string;
  readonly got: string;
  readonly updatedRoles: readonly string[];
  readonly deleted: string;
}

/** The names in the responses of the operations around the users. */
export interface Around {
  readonly identity: string | undefined;
  readonly current: string;
  readonly created: string;
  readonly got: string;
  readonly organizations: readonly string[] | undefined;
  readonly roles: readonly string[] | undefined;
}

interface SentUser {
  readonly email: string;
  readonly role_ids?: string[] | null;
}

/** Summarizes what the steps of a walk returned. */
export function walked(steps: {
  readonly list: readonly SentUser[] | null;
  readonly created: SentUser;
  readonly got: SentUser;
  readonly updated: SentUser;
  readonly deleted: SentUser;
}): Walked {
  return {
    listed: (steps.list ?? []).map(({ email }) => email),
    created: steps.created.email,
    got: steps.got.email,
    updatedRoles: steps.updated.role_ids ?? [],
    deleted: steps.deleted.email,
  };
}

/** Returns its argument. It does not compile unless the argument has exactly the expected type. */
export const exactly =
  <Expected>() =>
  <Actual>(value: Actual & (Same<Actual, Expected> extends true ? unknown : never)): Actual =>
    value;
