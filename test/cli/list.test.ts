import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { List } from "../../src/cli/list.ts";
import { readList } from "../../src/cli/read-list.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-list-"));
});
afterAll(() => rm(folder, { recursive: true }));

type Content = string | Uint8Array;

/** Reads a file with this content. */
async function read(content: Content, name = "list.csv"): Promise<List> {
  const file = join(folder, name);
  await writeFile(file, content);
  return readList(file);
}

/** What is wrong with a file of this content, without the folder. */
async function problemOf(content: Content, name?: string): Promise<string> {
  const error = await read(content, name).then(
    () => expect.unreachable("the list is accepted"),
    (reason: unknown) => reason as Error,
  );
  expect(error.constructor.name).toBe("UsageError");
  return error.message.replaceAll(`${folder}/`, "");
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const utf16 = (text: string): Uint8Array => Buffer.from(text, "utf16le");

const ADA = { email: "ada@acmecorp.com", roles: ["Admin", "Sync Editor"], organization: undefined };

test.each<[what: string, content: Content, name?: string]>([
  ["with commas", "email,roles\nada@acmecorp.com,Admin;Sync Editor\n"],
  ["with semicolons", 'email;roles\r\nada@acmecorp.com;"Admin; Sync Editor"\r\n'],
  ["with tabs", "roles\temail\nAdmin;Sync Editor\tada@acmecorp.com", "list.tsv"],
  ["with a byte order mark", "\uFEFFemail,roles\nada@acmecorp.com,Admin;Sync Editor\n"],
  [
    "with names in another case, and spaces around names and roles",
    "Email , ROLES\nada@acmecorp.com, Admin ; Sync Editor; \n",
  ],
  ["with quotes", '"email","roles"\n"ada@acmecorp.com","Admin;Sync Editor"\n'],
  ["with old line ends", "email,roles\rada@acmecorp.com,Admin;Sync Editor\r"],
  ["under a name without an extension", "email,roles\nada@acmecorp.com,Admin;Sync Editor\n", "list"],
  ["of JSON", '[\n{ "email": "ada@acmecorp.com", "roles": ["Admin", "Sync Editor"] }]', "list.json"],
  [
    "of JSON with a byte order mark",
    '\uFEFF[\n{ "email": "ada@acmecorp.com", "roles": ["Admin", "Sync Editor"] }]',
    "list.JSON",
  ],
  ["of JSON without an extension", ' [\n{ "email": "ada@acmecorp.com", "roles": ["Admin", "Sync Editor"] }]', "list"],
])("a list is read %s", async (_what, content, name) => {
  const list = await read(content, name);
  const line = list.unit === "Entry" ? 1 : 2;
  expect(list).toMatchObject({ people: [{ ...ADA, line }], ignored: [] });
});

test("texts of a JSON file that look like names of fields are not taken for repeated fields", async () => {
  const entry = '{"email":"a@x.co","note":"\\"email\\":{","more":{"email":["email","email"]},"x":"}"}';
  expect((await read(`[${entry},${entry}]`, "list.json")).people).toHaveLength(2);
});

test.each<[what: string, content: string, lines: number[], name?: string]>([
  [
    "empty lines, quoted line breaks and mixed line ends",
    'email,note\r\n\r\na@x.co,"1\n2\r\n3"\nb@x.co,\r\n,\nc@x.co,3',
    [3, 6, 8],
  ],
  ["a header after empty lines", "\n\nemail\na@x.co\n", [4]],
  ["the number of an entry of JSON", '[\n\n{"email":"a@x.co"},\n{"email":"b@x.co"}]', [1, 2], "list.json"],
])(
  "every person has the line of the file on which the row starts, or the number of the entry: %s",
  async (_what, content, lines, name) => {
    expect((await read(content, name)).people.map(({ line }) => line)).toEqual(lines);
  },
);

test("columns that the command does not know are ignored, and named", async () => {
  const { ignored } = await read("Status,email,Status,Organization\nactive,a@x.co,ok,Acme\n");
  expect(ignored).toEqual(["Status", "Status"]);
  expect((await read('[{"email":"a@x.co","id":1},{"email":"b@x.co","name":""}]', "list.json")).ignored).toEqual([
    "id",
    "name",
  ]);
});

test.each<[content: string, problem: string, name?: string]>([
  ["email,role\na@x.co,Admin", 'The column "role" is not read. Rename it to roles, or remove it.'],
  ["email,Role_IDs\na@x.co,Admin", 'The column "Role_IDs" is not read. Rename it to roles, or remove it.'],
  ["email,organisation\na@x.co,Acme", 'The column "organisation" is not read. Rename it to organization'],
  [
    '[{"email":"a@x.co","organization_id":"x"}]',
    'The field "organization_id" is not read. Rename it to organization',
    "list.json",
  ],
  ["email,organi\u200Bzation\na@x.co,Acme", '"organi<U+200B>zation" is not read. Rename it to organization'],
  ["email,organization\u00A0\na@x.co,Acme", '"organization<U+00A0>" is not read. Rename it to organization'],
  ["email,orgnaization\na@x.co,Acme", '"orgnaization" is not read. Rename it to organization'],
  ["email,organizaton\na@x.co,Acme", '"organizaton" is not read. Rename it to organization'],
  ["email,User Organization (required)\na@x.co,Acme", '"User Organization (required)" is not read.'],
  ["email,ro\u200Bles\na@x.co,Admin", '"ro<U+200B>les" is not read. Rename it to roles'],
  ["email,Role(s)\na@x.co,Admin", '"Role(s)" is not read. Rename it to roles'],
  ['email,"Role,name"\na@x.co,Admin', '"Role,name" is not read. Rename it to roles'],
  ["email,r\u043Eles\na@x.co,Admin", '"r\u043Eles" is not read. Rename it to roles'],
  ["email,rolls\na@x.co,Admin", '"rolls" is not read. Rename it to roles'],
  ['[{"email":"a@x.co","Roles":["Admin"]}]', 'The field "Roles" is not read. Rename it to roles', "list.json"],
  ['[{"email":"a@x.co","Organization":"Acme"}]', '"Organization" is not read.', "list.json"],
])("a column that was probably meant to be read is refused instead of ignored: %j", async (content, problem, name) => {
  expect(await problemOf(content, name)).toContain(problem);
});

test("columns of directories with other names are ignored", async () => {
  const names = ["Org Unit Path [Required]", "userType", "companyName", "jobTitle", "title", "Files", "id", "groups"];
  expect((await read(`email,${names.join()}\na@x.co${",".repeat(names.length)}\n`)).ignored).toEqual(names);
});

test("spaces around an address or an organization are kept, as in JSON, so that they get an objection", async () => {
  const expected = [{ email: " a@x.co ", roles: ["Admin"], organization: "Acme " }];
  expect((await read("email,roles,organization\n a@x.co , Admin ,Acme \n")).people).toMatchObject(expected);
  expect((await read(JSON.stringify(expected), "list.json")).people).toMatchObject(expected);
});

test.each<[content: string, name?: string]>([
  ["email,roles\nada@acmecorp.com,\n"],
  ["email\nada@acmecorp.com\n"],
  ['[{ "email": "ada@acmecorp.com", "roles": null }]', "list.json"],
  ['[{ "email": "ada@acmecorp.com" }]', "list.json"],
])("without roles, the roles of a person are not managed: %j", async (content, name) => {
  expect((await read(content, name)).people).toMatchObject([{ email: "ada@acmecorp.com", roles: undefined }]);
});

test("a column organization without any value is ignored", async () => {
  const { people, ignored } = await read("email,Organization\na@x.co,\nb@x.co,\n");
  expect(people).toMatchObject([{ organization: undefined }, { organization: undefined }]);
  expect(ignored).toEqual(["Organization"]);
});

test.each(["\u200B", "\u00A0", "\u202E", "\u0007", "\uFEFF"])(
  "an invisible character in a cell is never removed: %j",
  async (character) => {
    const { people } = await read(`email,roles,organization\n${character}a@x.co,${character}Admin,${character}Acme\n`);
    expect(people).toMatchObject([
      { email: `${character}a@x.co`, roles: [`${character}Admin`], organization: `${character}Acme` },
    ]);
  },
);

test.each<[what: string, content: Content, problem: string]>([
  ["UTF-16", utf16("\uFEFFemail\na@x.co\n"), "It is encoded in UTF-16. Save it as UTF-8."],
  [
    "UTF-16 without a mark",
    utf16("email\na@x.co\n"),
    "Line 1 contains a NUL character. It may be encoded in UTF-16. Save it as UTF-8.",
  ],
  [
    "Latin-1",
    latin1("email\na@x.co\njosé@x.co\n"),
    'After "jos" in line 3 is the byte 0xE9, which is not UTF-8 but can be Latin-1',
  ],
  [
    "a truncated character",
    utf8("email\njosé").subarray(0, -1),
    'After "jos" in line 2 is the byte 0xC3, which is not UTF-8',
  ],
  ["an invalid first byte", Uint8Array.of(0xff, 0x61), "At the start of line 1 is the byte 0xFF, which is not UTF-8"],
  ["an overlong slash", Uint8Array.of(0x61, 0xc0, 0xaf), 'After "a" in line 1 is the byte 0xC0, which is not UTF-8'],
  ["a NUL", "email\na@x.co\nb\0@x.co\n", "Line 3 contains a NUL character."],
])("a file that is not plain UTF-8 is refused with the reason and the place: %s", async (_what, content, problem) => {
  expect(await problemOf(content)).toContain(`list.csv cannot be used: ${problem}`);
});

test.each<[what: string, content: string, problem: string]>([
  ["is empty", "", "It is empty."],
  ["has only empty lines", "\n \n", "It is empty."],
  ["has only a header", "email\n", "It lists nobody."],
  ["has no column with addresses", "name\nAda\n", 'It has: "name". Rename a column to email.'],
  [
    "is an export of Google",
    "First Name [Required],Email Address [Required]\nAda,ada@acmecorp.com\n",
    'Rename "Email Address [Required]" to email.',
  ],
  [
    "is an export of Entra",
    "userPrincipalName,mail\nada@acmecorp.com,ada@acmecorp.com\n",
    'Rename "mail" to email: the userPrincipalName of a guest (…#EXT#@…) is not an address.',
  ],
  [
    "has the columns of a template of Entra",
    "User name [userPrincipalName],Email [mail]\nada@acmecorp.com,ada@acmecorp.com\n",
    'Rename "Email [mail]" to email: the userPrincipalName of a guest (…#EXT#@…) is not an address.',
  ],
  [
    "starts with the version of a template of Entra",
    "version:v1.0,,\nUser name [userPrincipalName],Email [mail],Roles\na@x.co,a@x.co,\n",
    'Remove the line "version:v1.0,,", which only Entra understands.',
  ],
  [
    "is an export of Entra whose first user has no mail",
    "userPrincipalName,mail\nada@acmecorp.com,\n",
    'Rename "mail" to email: the userPrincipalName of a guest',
  ],
  [
    "is an export of Entra without mail",
    "User principal name\nada@acmecorp.com\n",
    'Rename "User principal name" to email, if nobody is a guest: the userPrincipalName of a guest',
  ],
  [
    "has several columns with addresses",
    "login,contact\na@x.co,b@x.co\n",
    'It has: "login", "contact". Rename "login" or "contact" to email.',
  ],
  [
    "has no header",
    "u0@a.com\nu1@a.com\n",
    'Line 1 must name the columns, but it contains "u0@a.com". Insert the line email above line 1.',
  ],
  [
    "has no header above several columns",
    "\nu0@a.com,Admin\nu1@a.com,\n",
    'it contains "u0@a.com". Insert a line that names all columns, one of them email, above line 2.',
  ],
  [
    "starts with a line for Excel",
    "sep=;\nemail;roles\na@x.co;\n",
    'Remove the line "sep=;", which only Excel understands.',
  ],
  ["has only spaces as address", "email,roles\n ,Admin\n", "Line 2 has no email."],
  ["has a column twice", "email,EMAIL\na@x.co,b@x.co\n", "It has the column email twice."],
  [
    "has too many cells",
    "email,roles\na@x.co,Admin,Member\n",
    "Line 2 has 3 cells, but the first row has 2. Put quotes around",
  ],
  ["has too few cells", "email,roles\na@x.co\n", "Line 2 has 1 cells, but the first row has 2."],
  ["has no address in a row", "email,roles\n,Admin\n", "Line 2 has no email."],
  ["has no organization in a row", "email,organization\na@x.co,\nb@x.co,Acme", "Line 2 has no organization."],
  ["has an open quote", 'email\na@x.co\n"b@x.co\n', "Quote Not Closed"],
  ["has a stray quote", 'email\na"b@x.co\n', "line 2"],
  [
    "has two stray quotes, and a person between them",
    'email,title\na@x.co,"Head\nb@x.co,\nc@x.co,Chief"\n',
    "Line 2 has a cell of several lines with an address. Is there a stray quote?",
  ],
  [
    "has two stray quotes, one of them in its header",
    'email,"title\na@x.co,Head"\nb@x.co,Chief',
    "Line 1 has a cell of several lines with an address. Is there a stray quote?",
  ],
  ["has two marks", "\uFEFF\uFEFFemail\na@x.co\n", '"<U+FEFF>email"'],
  ["has escape sequences in its header", "\u001B[31mmail\na@x.co\n", '"\\u001b[31mmail"'],
])("a CSV file is refused with the reason and the line: it %s", async (_what, content, problem) => {
  const message = await problemOf(content);
  expect(message).toContain(problem);
  expect(message).not.toMatch(/(?!\n)[\p{C}\p{Default_Ignorable_Code_Point}]/u);
});

test.each<[what: string, content: string, problem: string]>([
  ["is empty", "", "list.json is not valid JSON: Unexpected end"],
  ["has an empty array", "[]", "It lists nobody."],
  ["is an object", '{"email":"a@x.co"}', "list.json must contain a JSON array of objects, each with an email."],
  ["has two addresses in an object", '[{"email":"a@x.co","email":"b@x.co"}]', 'Entry 1 has the field "email" twice.'],
  [
    "has a field twice in another notation",
    '[{"roles":[],"email":"a@x.co","r\\u006fles":[]}]',
    'the field "roles" twice.',
  ],
  ["is cut off", '[{"email":"a@x.co"},', "list.json is not valid JSON"],
  ["has a text as entry", '["a@x.co"]', "Entry 1: An entry must be an object with an email."],
  ["has an entry without an address", '[\n{"roles":[]}]', "Entry 1: `email` must be a text."],
  ["has a text as roles", '[{"email":"a@x.co","roles":"Admin"}]', "Entry 1: `roles` must be an array of names or ids"],
  ["has a number as role", '[{"email":"a@x.co","roles":[1]}]', "Entry 1: `roles` must be an array"],
  [
    "has an organization only in some entries",
    '[{"email":"a@x.co","organization":"Acme"},\n{"email":"a@x.co"}]',
    "Entry 2: `organization` must be the id",
  ],
])("a JSON file is refused with the reason and the number of the entry: it %s", async (_what, content, problem) => {
  expect(await problemOf(content, "list.json")).toContain(problem);
});

test("of many problems, the first 20 are shown", async () => {
  const message = await problemOf(`email,roles\n${"a@x.co\n".repeat(30)}`);
  expect(message.split("\n")).toHaveLength(22);
  expect(message).toContain("… and 10 more problems.");
});

test("a folder instead of a list is named", async () => {
  await expect(readList(folder)).rejects.toThrow(
    `Cannot read ${folder}: It is a folder. Name a CSV or JSON file in it.`,
  );
});

test("a file that does not exist is named", async () => {
  await expect(readList("/no/such/list.csv")).rejects.toThrow(
    "Cannot read /no/such/list.csv: The file does not exist.",
  );
});
