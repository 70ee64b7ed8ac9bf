import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { generate, write } from "../../scripts/generate.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What the compiler says of the façade once the spec is changed and generated from. */
async function compileWith(change: (spec: string) => string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "polytomic-users-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ["src", "generated", "tsconfig.json"]) {
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "dir");
  const spec = await readFile(join(ROOT, "spec/openapi.yaml"), "utf8");
  const changed = change(spec);
  expect(changed).not.toBe(spec);
  await writeFile(join(folder, "openapi.yaml"), changed);
  await write(await generate(join(folder, "openapi.yaml")), join(folder, "generated"));
  const compiler = join(ROOT, "node_modules/typescript-7/bin/tsc");
  return spawnSync(process.execPath, [compiler, "-p", "src"], { cwd: folder, encoding: "utf8" }).stdout;
}

/** A further operation beside the deletion of a partner's user. */
const addOperation =
  (operationId: string) =>
  (spec: string): string => {
    const path = "/api/organizations/{org_id}/users/{id}";
    const from = spec.indexOf(`  ${path}/keys:\n`);
    const to = spec.indexOf("\ncomponents:");
    const added = spec.slice(from, to).replace("/keys:", "/extra:").replace("createPartnerUserApiKey", operationId);
    return spec.slice(0, to) + added + spec.slice(to);
  };

describe("the façade does not compile when", () => {
  test("the spec has a partner operation that no method stands for", async () => {
    const errors = await compileWith(addOperation("suspendPartnerUser"));
    expect(errors).toMatch(/OrganizationUsers' incorrectly implements interface.*\n.*Property 'suspend' is missing/);
  });

  test("the spec has an operation for the current organization that no method stands for", async () => {
    const errors = await compileWith(addOperation("suspendCurrentOrgUser"));
    expect(errors).toMatch(/CurrentOrganizationUsers' incorrectly implements.*\n.*Property 'suspend' is missing/);
  });

  test("the spec has an operation of no family", async () => {
    expect(await compileWith(addOperation("listGroups"))).toContain("Property 'listGroups' is missing");
  });

  test("an operation that a method stands for is gone, or has another name", async () => {
    const errors = await compileWith((spec) =>
      spec.replace("operationId: getPartnerUser", "operationId: readPartnerUser"),
    );
    expect(errors).toContain('"getPartnerUser"');
  });

  test("an operation asks for more than its method gives", async () => {
    const errors = await compileWith((spec) =>
      spec.replace("name: force\n      in: query\n", "name: force\n      in: query\n      required: true\n"),
    );
    expect(errors).toMatch(/src\/users\.ts.*'force' is missing/);
  });
});
