// Uses the client that swagger-typescript-api generates.
import {
  Api,
  ContentType,
  type ApiKey,
  type CurrentOrganizationUser,
  type Identity,
  type Organization,
  type Role,
  type User,
} from "./client.js";
import { exactly, walked, type Findings, type Target } from "./expectations.js";

const ADA = "ada.lovelace@acmecorp.com";
const json = { type: ContentType.Json };

export async function walk({ baseUrl, apiKey, partnerKey, organizationId: org, roleId }: Target): Promise<Findings> {
  let contentType: string | null = null;
  const clientWith = (key: string, format?: "json") =>
    new Api({
      baseUrl,
      baseApiParams: {
        ...(format && { format }),
        headers: { authorization: `Bearer ${key}`, "X-Polytomic-Version": "2025-09-18" },
      },
      customFetch: (input, init) => {
        const request = new Request(input, init);
        contentType = request.headers.get("content-type");
        return fetch(request);
      },
    }).api;
  const own = clientWith(apiKey, "json");
  const partner = clientWith(partnerKey, "json");
  const roles = { role_ids: [roleId] };

  const ownList = exactly<CurrentOrganizationUser[] | null>()((await own.listCurrentOrgUsers()).data.data);
  const ownAda = exactly<User>()((await own.createCurrentOrgUser({ email: ADA, ...roles }, json)).data.data);
  const ownGot = exactly<CurrentOrganizationUser>()((await own.getCurrentOrgUser(ownAda.id)).data.data);
  const ownUpdated = exactly<User>()((await own.updateCurrentOrgUser(ownAda.id, roles, json)).data.data);
  const ownDeleted = exactly<User>()((await own.deleteCurrentOrgUser(ownAda.id)).data.data);

  const list = exactly<User[] | null>()((await partner.listPartnerUsers(org)).data.data);
  const ada = exactly<User>()((await partner.createPartnerUser(org, { email: ADA, ...roles }, json)).data.data);
  const got = exactly<User>()((await partner.getPartnerUser(org, ada.id)).data.data);
  const updated = exactly<User>()(
    (await partner.updatePartnerUser(org, ada.id, { email: ADA, ...roles }, json)).data.data,
  );
  const key = exactly<ApiKey>()((await partner.createPartnerUserApiKey(org, ada.id, { force: true })).data.data);
  const deleted = exactly<User>()((await partner.deletePartnerUser(org, ada.id)).data.data);

  const identity = exactly<Identity>()((await own.getIdentity()).data.data);
  const current = exactly<Organization>()((await own.getCurrentOrganization()).data.data);
  const roleList = exactly<Role[] | null>()((await own.listRoles()).data.data);
  const body = { name: "Globex", client_secret: "a-client-secret" };
  const globex = exactly<Organization>()((await partner.createOrganization(body, json)).data.data);
  const organizations = exactly<Organization[] | null>()((await partner.listOrganizations()).data.data);
  const gotGlobex = exactly<Organization>()((await partner.getOrganization(globex.id)).data.data);

  const withoutFormat = await clientWith(partnerKey).listPartnerUsers(org);
  await partner.createPartnerUser(org, { email: "grace.hopper@acmecorp.com" });
  const contentTypeWithoutType = contentType;
  await partner.createPartnerUser(org, { email: "alan.turing@acmecorp.com" }, json);
  const contentTypeWithType = contentType;

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
    withoutFormat: withoutFormat.data,
    contentTypeWithoutType,
    contentTypeWithType,
  };
}
