import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as changelog from "../../scripts/release/changelog.ts";
import * as status from "../../scripts/release/status.ts";
import * as diff from "../../scripts/spec/diff.ts";
import { captured, type Ran } from "./captured.ts";
import { repository, ROOT, type Repository } from "./repository.ts";

// Not in the processes below.

const SPEC = "spec/openapi.yaml";

const specDiff = ({ folder }: Repository, ...args: string[]): Promise<Ran> => captured(() => diff.main(args, folder));
const releaseStatus = ({ folder }: Repository): Promise<Ran> => captured(() => status.main([], folder));

const verdictOf = ({ stdout }: Ran): string | undefined => stdout.trim().split("\n").at(-1);

const minorChange = (to: Repository): Promise<void> => to.edit(SPEC, 'version: "2025-09-18"', 'version: "2026-01-15"');

const majorChange = (to: Repository): Promise<void> =>
  to.edit(SPEC, "      name: X-Polytomic-Version\n", "      name: X-Polytomic-Version\n      required: true\n");

test("spec:diff finds no change in an unchanged spec, and exits with 0", async () => {
  const ran = await specDiff(await repository());
  expect(ran).toMatchObject({ status: 0, stderr: "" });
  expect(verdictOf(ran)).toBe("none");
});

test("spec:diff prints each change with its impact, file, line and place, and then the verdict", async () => {
  const to = await repository();
  await majorChange(to);
  await minorChange(to);
  const ran = await specDiff(to);
  expect(ran.stdout).toMatch(
    /^major {2}spec\/openapi\.yaml:\d+ {2}All operations: required of the header `x-polytomic-version` changed/m,
  );
  expect(ran.stdout).toMatch(/^minor {2}spec\/openapi\.yaml:\d+ {2}All operations: the API version changed from/m);
  expect(verdictOf(ran)).toBe("major");
});

test("spec:diff prints where a removed part was, in a form that `git show` accepts", async () => {
  const to = await repository();
  to.git("tag", "v0.1.0");
  await to.edit(SPEC, '        "404":\n          $ref: "#/components/responses/NotFound"\n', "");
  const [, place] = /^major {2}(v0\.1\.0:spec\/openapi\.yaml):\d+ /m.exec((await specDiff(to)).stdout)!;
  expect(to.git("show", place!)).toContain("operationId");
});

test("spec:diff run as a program exits with 1 and says what to do when the changesets announce too little", async () => {
  const to = await repository();
  for (const name of ["scripts", "generated"]) await cp(join(ROOT, name), join(to.folder, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(to.folder, "node_modules"), "dir");
  await majorChange(to);
  await to.announce("minor", "Something smaller.");
  const args = ["scripts/run.cjs", "spec/diff", "--base", "HEAD"];
  const ran = spawnSync(process.execPath, args, { cwd: to.folder, encoding: "utf8" });
  expect(ran.status).toBe(1);
  expect(ran.stdout).toContain("compared with HEAD (from --base)");
  expect(ran.stderr).toContain("Run `npx changeset`, choose major");
});

test.each(["minor", "major"])("spec:diff exits with 0 when a minor change has a %s changeset", async (impact) => {
  const to = await repository();
  await minorChange(to);
  await to.announce("patch", "A small thing.");
  await to.announce(impact, "The API has another version.");
  expect((await specDiff(to)).status).toBe(0);
});

test("spec:diff compares with the latest version tag that HEAD descends from, or with --base", async () => {
  const to = await repository();
  to.git("tag", "polytomic-users@0.1.0");
  await minorChange(to);
  to.commit("another version");
  expect(verdictOf(await specDiff(to))).toBe("minor");
  to.git("tag", "v0.2.0");
  to.git("tag", "vendor-import");
  expect(verdictOf(await specDiff(to))).toBe("none");
  expect(verdictOf(await specDiff(to, "--base", "polytomic-users@0.1.0"))).toBe("minor");
});

test("spec:diff compares with the highest version whatever the order of the tags, and ignores pre-releases", async () => {
  const to = await repository();
  to.git("tag", "v0.1.0");
  await minorChange(to);
  to.commit("another version");
  to.git("tag", "v0.10.0");
  await majorChange(to);
  to.commit("a hotfix of an older release, later");
  to.git("tag", "v0.9.0");
  to.git("tag", "v0.11.0-rc.1");
  to.git("tag", "v2-draft");
  const ran = await specDiff(to);
  expect(ran.stdout).toContain("compared with v0.10.0 (the highest version tag)");
  expect(verdictOf(ran)).toBe("major");
});

test("spec:diff and release:status accept a version that was made from changesets but is not tagged yet", async () => {
  const to = await repository();
  to.git("tag", "v0.1.0");
  await minorChange(to);
  await to.edit("package.json", '"version": "0.1.0"', '"version": "0.2.0"');
  expect((await specDiff(to)).status).toBe(0);
  const ran = await releaseStatus(to);
  expect(ran.status).toBe(0);
  expect(ran.stdout).toMatch(/^next +0\.2\.0, which is not tagged yet$/m);
});

test("spec:diff exits with 2 when a changeset names another package", async () => {
  const to = await repository();
  await to.write(".changeset/a.md", '---\n"polytomic-user": major\n---\n\nA typing error.\n');
  const stderr = ".changeset/a.md names the package polytomic-user. Change it to polytomic-users.\n";
  expect(await specDiff(to)).toMatchObject({ status: 2, stderr });
});

test("spec:diff compares with the merge base with main when no version is tagged", async () => {
  const to = await repository();
  to.git("switch", "--quiet", "--create", "work");
  await minorChange(to);
  to.commit("another version");
  const ran = await specDiff(to);
  expect(ran.stdout).toContain("the merge base with main");
  expect(verdictOf(ran)).toBe("minor");
});

test("spec:diff exits with 2 and says what to do when there is nothing to compare with", async () => {
  const to = await repository();
  expect(await specDiff(to, "--base", "v9.9.9")).toMatchObject({ status: 2 });
  to.git("branch", "--move", "trunk");
  const ran = await specDiff(to);
  expect(ran).toMatchObject({ status: 2, stdout: "" });
  expect(ran.stderr).toContain("pass --base <git ref>");
  expect(ran.stderr).not.toContain("    at ");
});

test("spec:diff exits with 2 when the base has no spec, or the spec cannot be parsed", async () => {
  const to = await repository();
  to.git("mv", SPEC, "spec/other.yaml");
  to.commit("no spec");
  const early = await specDiff(to, "--base", "HEAD");
  expect(early.status).toBe(2);
  expect(early.stderr).toContain("HEAD has no spec/openapi.yaml");
  await to.write(SPEC, "openapi: [");
  const broken = await specDiff(to, "--base", "HEAD~1");
  expect(broken.status).toBe(2);
  expect(broken.stderr).toMatch(/ at line 1/);
});

test("release:status prints the next version and the reasons for it", async () => {
  const to = await repository();
  await minorChange(to);
  await to.announce("minor", "Asks for API version 2026-01-15.");
  const ran = await releaseStatus(to);
  expect(ran.status).toBe(0);
  expect(ran.stdout).toMatch(/^spec +minor, \d+ changes /m);
  expect(ran.stdout).toMatch(/^surface +no change$/m);
  expect(ran.stdout).toMatch(/^ +minor {2}\.changeset\/\d+\.md {2}Asks for API version 2026-01-15\.$/m);
  expect(ran.stdout).toMatch(/^next +0\.2\.0, because the changesets announce minor$/m);
});

test("release:status exits with 1 when no changeset announces a change of the spec or the surface", async () => {
  const to = await repository();
  await to.edit("docs/project/surface.md", "list(options?: RequestOptions)", "list(all: boolean)");
  const surface = await releaseStatus(to);
  expect(surface.status).toBe(1);
  expect(surface.stdout).toMatch(
    /^surface +\+1 -1 lines in docs\/project\/surface\.md \(review the removed and changed lines/m,
  );
  expect(surface.stderr).toContain("no changeset announces it");
  await to.announce("minor", "Lists otherwise.");
  expect((await releaseStatus(to)).status).toBe(0);
  await majorChange(to);
  expect((await releaseStatus(to)).stderr).toContain("The spec changes need a major changeset");
});

test.each([
  ["1.2.3", "major", "2.0.0"],
  ["1.2.3", "minor", "1.3.0"],
  ["1.2.3", "patch", "1.2.4"],
  ["1.2.3", "none", "1.2.3"],
  ["0.1.0", "major", "1.0.0"],
] as const)("the version after %s with a change of impact %s is %s", (version, impact, next) => {
  expect(status.nextVersion(version, impact)).toBe(next);
});

test("the changelog has the API version and the spec digest below the heading of a version", async () => {
  const to = await repository();
  await to.write("CHANGELOG.md", "# polytomic-users\n\n## 0.1.0\n\n### Minor Changes\n\n- The first.\n");
  expect(await captured(() => changelog.main([], to.folder))).toEqual({ status: 0, stdout: "", stderr: "" });
  const digest = createHash("sha256")
    .update(await to.read(SPEC))
    .digest("hex");
  expect(await to.read("CHANGELOG.md")).toBe(
    `# polytomic-users\n\n## 0.1.0\n\nAPI version \`2025-09-18\`, spec sha256 \`${digest}\`\n\n### Minor Changes\n\n- The first.\n`,
  );
});

test("annotating a changelog twice adds one note, and keeps the notes of earlier versions", () => {
  const note = "API version `2026-01-15`, spec sha256 `abc`";
  const text = "# p\n\n## 0.2.0\n\n- b\n\n## 0.1.0\n\nAPI version `2025-09-18`, spec\n\n- a\n";
  const once = changelog.annotate(text, "0.2.0", note);
  expect(changelog.annotate(once, "0.2.0", note)).toBe(once);
  expect(once.match(/API version/g)).toHaveLength(2);
});

test("annotating a changelog fails without a heading for the version", () => {
  expect(() => changelog.annotate("# p\n\n## 0.1.0\n", "0.2.0", "A note.")).toThrow("no heading for 0.2.0");
});

test("the notes of a GitHub release are the section of that version, printed without node_modules", async () => {
  const to = await repository();
  for (const name of ["scripts", "generated"]) await cp(join(ROOT, name), join(to.folder, name), { recursive: true });
  const notes = async (): Promise<Ran> =>
    spawnSync(process.execPath, ["scripts/release/changelog.ts", "--notes"], { cwd: to.folder, encoding: "utf8" });
  await to.write("CHANGELOG.md", "# p\n\n## 0.2.0\n\n### Minor Changes\n\n- b\n\n## 0.1.0\n\n- a\n");
  expect(await notes()).toMatchObject({ status: 0, stdout: "- a\n" });
  await to.edit("package.json", '"version": "0.1.0"', '"version": "0.2.0"');
  expect(await notes()).toMatchObject({ status: 0, stdout: "### Minor Changes\n\n- b\n" });
  await to.edit("package.json", '"version": "0.2.0"', '"version": "0.3.0"');
  expect(await notes()).toMatchObject({ status: 1, stderr: "CHANGELOG.md has no section for 0.3.0.\n" });
});
