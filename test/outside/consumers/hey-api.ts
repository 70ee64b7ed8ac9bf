// Uses the client that @hey-api/openapi-ts generates.
import { createClient, createConfig } from "./client/client/index.js";
import * as api from "./client/index.js";
import type { ApiKey, CurrentOrganizationUser, Identity, Organization, Role, User } from "./client/index.js";
import { exactly, walked, type Findings, type Target } from "./expectations.js";

const ADA = "ada.lovelace@acmecorp.com";
const headers = { "X-Polytomic-Version": "2025-09-18" };

export async function walk({ baseUrl, apiKey, partnerKey, organizationId, roleId }: Target): Promise<Findings> {
  const clientWith = (key: string) =>
    createClient(createConfig({ baseUrl, auth: ({ scheme }) => (scheme === "bearer" ? key : undefined) }));
  const own = { client: clientWith(apiKey), headers, throwOnError: true } as const;
  const partner = { client: clientWith(partnerKey), headers, throwOnError: true } as const;
  const organization = { org_id: organizationId };
  const roles = { role_ids: [roleId] };

  const ownList = exactly<CurrentOrganizationUser[] | null>()((await api.listCurrentOrgUsers(own)).data.data);
  const ownAda = exactly<User>()(
    (await api.createCurrentOrgUser({ ...own, body: { email: ADA, ...roles } })).data.data,
  );
  const ownId = { path: { id: ownAda.id } };
  const ownGot = exactly<CurrentOrganizationUser>()((await api.getCurrentOrgUser({ ...own, ...ownId })).data.data);
  const ownUpdated = exactly<User>()((await api.updateCurrentOrgUser({ ...own, ...ownId, body: roles })).data.data);
  const ownDeleted = exactly<User>()((await api.deleteCurrentOrgUser({ ...own, ...ownId })).data.data);

  const list = exactly<User[] | null>()((await api.listPartnerUsers({ ...partner, path: organization })).data.data);
  const ada = exactly<User>()(
    (await api.createPartnerUser({ ...partner, path: organization, body: { email: ADA, ...roles } })).data.data,
  );
  const path = { ...organization, id: ada.id };
  const got = exactly<User>()((await api.getPartnerUser({ ...partner, path })).data.data);
  const updated = exactly<User>()(
    (await api.updatePartnerUser({ ...partner, path, body: { email: ADA, ...roles } })).data.data,
  );
  const key = exactly<ApiKey>()(
    (await api.createPartnerUserApiKey({ ...partner, path, query: { force: true } })).data.data,
  );
  const deleted = exactly<User>()((await api.deletePartnerUser({ ...partner, path })).data.data);

  const identity = exactly<Identity>()((await api.getIdentity(own)).data.data);
  const current = exactly<Organization>()((await api.getCurrentOrganization(own)).data.data);
  const roleList = exactly<Role[] | null>()((await api.listRoles(own)).data.data);
  const body = { name: "Globex", client_secret: "a-client-secret" };
  const globex = exactly<Organization>()((await api.createOrganization({ ...partner, body })).data.data);
  const organizations = exactly<Organization[] | null>()((await api.listOrganizations(partner)).data.data);
  const gotGlobex = exactly<Organization>()(
    (await api.getOrganization({ ...partner, path: { id: globex.id } })).data.data,
  );

  const plain = createClient(createConfig({ baseUrl, auth: apiKey }));
  const withPlainAuth = await api.listCurrentOrgUsers({ client: plain, headers });

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
    statusWithPlainAuth: withPlainAuth.response?.status,
  };
}
