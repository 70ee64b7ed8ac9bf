// Uses the fetch client and the zod schemas that orval generates. The client contains the URL of the sandbox.
import * as api from "./client.js";
import type { ApiKey, CurrentOrganizationUser, Identity, Organization, Role, User } from "./client.js";
import { exactly, walked, type Findings, type Target } from "./expectations.js";
import * as schemas from "./schemas.js";

const ADA = "ada.lovelace@acmecorp.com";

/** Every body that a schema parsed, and what the schema made of it. */
const parsed: { body: unknown; result: unknown }[] = [];

/** Returns the content of the envelope of a success, after the schema has parsed the body. */
function read<R extends { status: number; data: unknown }>(
  schema: { parse(body: unknown): unknown },
  response: R,
): Extract<R, { status: 200 }>["data"] {
  if (response.status !== 200) throw new Error(`Status ${response.status}: ${JSON.stringify(response.data)}`);
  parsed.push({ body: response.data, result: schema.parse(response.data) });
  return response.data;
}

export async function walk({ apiKey, partnerKey, organizationId: org, roleId }: Target): Promise<Findings> {
  const optionsWith = (key: string) => ({
    headers: { authorization: `Bearer ${key}`, "X-Polytomic-Version": "2025-09-18" },
  });
  const own = optionsWith(apiKey);
  const partner = optionsWith(partnerKey);
  const roles = { role_ids: [roleId] };

  const ownList = exactly<CurrentOrganizationUser[] | null>()(
    read(schemas.ListCurrentOrgUsersResponse, await api.listCurrentOrgUsers(own)).data,
  );
  const ownAda = exactly<User>()(
    read(schemas.CreateCurrentOrgUserResponse, await api.createCurrentOrgUser({ email: ADA, ...roles }, own)).data,
  );
  const ownGot = exactly<CurrentOrganizationUser>()(
    read(schemas.GetCurrentOrgUserResponse, await api.getCurrentOrgUser(ownAda.id, own)).data,
  );
  const ownUpdated = exactly<User>()(
    read(schemas.UpdateCurrentOrgUserResponse, await api.updateCurrentOrgUser(ownAda.id, roles, own)).data,
  );
  const ownDeleted = exactly<User>()(
    read(schemas.DeleteCurrentOrgUserResponse, await api.deleteCurrentOrgUser(ownAda.id, own)).data,
  );

  const list = exactly<User[] | null>()(
    read(schemas.ListPartnerUsersResponse, await api.listPartnerUsers(org, partner)).data,
  );
  const ada = exactly<User>()(
    read(schemas.CreatePartnerUserResponse, await api.createPartnerUser(org, { email: ADA, ...roles }, partner)).data,
  );
  const got = exactly<User>()(
    read(schemas.GetPartnerUserResponse, await api.getPartnerUser(org, ada.id, partner)).data,
  );
  const updated = exactly<User>()(
    read(schemas.UpdatePartnerUserResponse, await api.updatePartnerUser(org, ada.id, { email: ADA, ...roles }, partner))
      .data,
  );
  const key = exactly<ApiKey>()(
    read(
      schemas.CreatePartnerUserApiKeyResponse,
      await api.createPartnerUserApiKey(org, ada.id, { force: true }, partner),
    ).data,
  );
  const deleted = exactly<User>()(
    read(schemas.DeletePartnerUserResponse, await api.deletePartnerUser(org, ada.id, partner)).data,
  );

  const identity = exactly<Identity>()(read(schemas.GetIdentityResponse, await api.getIdentity(own)).data);
  const current = exactly<Organization>()(
    read(schemas.GetCurrentOrganizationResponse, await api.getCurrentOrganization(own)).data,
  );
  const roleList = exactly<Role[] | null>()(read(schemas.ListRolesResponse, await api.listRoles(own)).data);
  const body = { name: "Globex", client_secret: "a-client-secret" };
  const globex = exactly<Organization>()(
    read(schemas.CreateOrganizationResponse, await api.createOrganization(body, partner)).data,
  );
  const organizations = exactly<Organization[] | null>()(
    read(schemas.ListOrganizationsResponse, await api.listOrganizations(partner)).data,
  );
  const gotGlobex = exactly<Organization>()(
    read(schemas.GetOrganizationResponse, await api.getOrganization(globex.id, partner)).data,
  );

  exactly<boolean | undefined>()(ownGot.harbor_only);
  exactly<boolean | undefined>()(ownList?.[0]?.harbor_only);
  exactly<string[] | null | undefined>()(ownUpdated.role_ids);
  exactly<string[] | null | undefined>()(updated.role_ids);

  return {
    own: walked({ list: ownList, created: ownAda, got: ownGot, updated: ownUpdated, deleted: ownDeleted }),
    partner: {
      ...walked({ list, created: ada, got, updated, deleted }),
      keyIsText: exactly<string>()(key.value) !== "",
    },
    around: {
      identity: identity.organization_name,
      current: current.name,
      created: globex.name,
      got: gotGlobex.name,
      organizations: organizations?.map(({ name }) => name),
      roles: roleList?.map(({ name }) => name),
    },
    parsed,
    acceptsEmptyRoles: schemas.CreatePartnerUserBody.safeParse({ email: ADA, role_ids: [] }).success,
    acceptsExampleId: schemas.GetCurrentOrgUserParams.safeParse({ id: "a3f1c2d4-5b6e-7f89-0123-456789abcdef" }).success,
    acceptsRoleAndRoleIds: schemas.CreatePartnerUserBody.safeParse({ email: ADA, role: "admin", ...roles }).success,
  };
}
