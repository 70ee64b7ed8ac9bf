/**
 * The requests of Polytomic's pages, sent as they stand there: without a version, with a `Content-Type` on every request,
 * and with the body `{}` for a DELETE and for the creation of a key.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { createSandbox } from "../../src/testing/index.ts";
import { listen } from "../../src/testing/node.ts";

const ACME = "248df4b7-aa70-47b8-a036-33ac447e668d";
const JANE = "a3f1c2d4-5b6e-7f89-0123-456789abcdef";
const JOHN = "b4e2d3c5-6f7a-8901-2345-6789abcdef01";
const ADMIN = "d9f8e7c6-b5a4-3210-9fed-cba987654321";

const CURL = `curl https://app.polytomic.com/api/organizations/${ACME}/users -H "Authorization: Bearer <token>" -H "Content-Type: application/json"`;

/** The response on the page of `listPartnerUsers`, without its white space. */
const USERS = `{"data":[
{"email":"jane.doe@acmecorp.com","id":"${JANE}","organization_id":"${ACME}","role_ids":["${ADMIN}"],"role":"admin"},
{"email":"john.smith@acmecorp.com","id":"${JOHN}","organization_id":"${ACME}","role_ids":["e1f2d3c4-b5a6-7890-1234-56789abcdef0"],"role":"user"}]}`.replaceAll("\n", ""); // prettier-ignore

const sandbox = createSandbox();
beforeEach(() => sandbox.reset());

test("the curl command on the page of listPartnerUsers gets the response on the page, byte for byte", async () => {
  const served = await listen(sandbox);
  onTestFinished(() => served.close());
  const command = CURL.replace("https://app.polytomic.com", served.url).replace("<token>", sandbox.partnerKey);
  const { stdout } = await promisify(execFile)("bash", ["-c", `${command} --silent`]);
  expect(stdout).toBe(USERS);
});

/** The fields of a user on the pages, in their order. */
const USER_FIELDS = ["email", "id", "organization_id", "role_ids", "role"];
const CURRENT_FIELDS = [...USER_FIELDS, "harbor_ids", "harbor_only"];

const CURRENT = "/api/organization/users";
const PARTNER = `/api/organizations/${ACME}/users`;
const INVITATION = { email: "ada.lovelace@acmecorp.com", role_ids: [ADMIN] };

test.each<[operation: string, request: string, body: object | undefined, fields: string[]]>([
  ["listCurrentOrgUsers", `GET ${CURRENT}`, undefined, CURRENT_FIELDS],
  ["createCurrentOrgUser", `POST ${CURRENT}`, INVITATION, USER_FIELDS],
  ["getCurrentOrgUser", `GET ${CURRENT}/${JANE}`, undefined, CURRENT_FIELDS],
  ["updateCurrentOrgUser", `PUT ${CURRENT}/${JANE}`, { role_ids: [ADMIN] }, USER_FIELDS],
  ["deleteCurrentOrgUser", `DELETE ${CURRENT}/${JANE}`, {}, USER_FIELDS],
  ["listPartnerUsers", `GET ${PARTNER}`, undefined, USER_FIELDS],
  ["createPartnerUser", `POST ${PARTNER}`, INVITATION, USER_FIELDS],
  ["getPartnerUser", `GET ${PARTNER}/${JANE}`, undefined, USER_FIELDS],
  ["updatePartnerUser", `PUT ${PARTNER}/${JANE}`, { email: "jane.doe@acmecorp.com", role_ids: [ADMIN] }, USER_FIELDS],
  ["deletePartnerUser", `DELETE ${PARTNER}/${JANE}`, {}, USER_FIELDS],
  ["createPartnerUserApiKey", `POST ${PARTNER}/${JANE}/keys`, {}, ["value"]],
])("the request on the page of %s gets a 200 with the fields on the page, in their order", async (...row) => {
  const [operation, request, body, fields] = row;
  const [method = "", path = ""] = request.split(" ");
  const key = path.startsWith(CURRENT) ? sandbox.apiKey : sandbox.partnerKey;
  const response = await sandbox.fetch(`https://app.polytomic.com${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect([response.status, response.headers.get("x-polytomic-version")]).toEqual([200, "2025-09-18"]);
  const { data, ...others } = (await response.json()) as { data: object };
  expect(others).toEqual({});
  for (const each of [data].flat()) expect(Object.keys(each)).toEqual(fields);
  if (body !== INVITATION && !("value" in data)) {
    expect([data].flat()[0]).toMatchObject({ ...(JSON.parse(USERS) as { data: object[] }).data[0] });
  }
  expect(sandbox.requests.map((each) => each.operation)).toEqual([operation]);
});
