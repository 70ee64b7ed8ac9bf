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

/** `unknown` if two types are assignable to each other and neither is `any`, otherwise `never`. */
type Same<A, B> = 0 extends 1 & (A | B) ? never : [A, B] extends [B, A] ? unknown : never;

/** Returns its argument. It does not compile unless the argument has the expected type. */
export const exactly =
  <Expected>() =>
  <Actual>(value: Actual & Same<Actual, Expected>): Actual =>
    value;
