import { expect, test } from "vitest";
import { SURFACE } from "../../scripts/package/surface.ts";
import { checkChangesets } from "../../scripts/release/check-changesets.ts";
import { distTag } from "../../scripts/release/publish.ts";
import * as diff from "../../scripts/spec/diff.ts";
import { captured, type Ran } from "./captured.ts";
import { repository, type Repository } from "./repository.ts";

const SPEC = "spec/openapi.yaml";

const specDiff = ({ folder }: Repository, ...args: string[]): Promise<Ran> => captured(() => diff.main(args, folder));
const announced = ({ folder }: Repository): Promise<Ran> => captured(() => checkChangesets(folder));

const verdictOf = ({ stdout }: Ran): string | undefined => stdout.trim().split("\n").at(-1);

const minorChange = (to: Repository): Promise<void> => to.edit(SPEC, 'version: "2025-09-18"', 'version: "2026-01-15"');

const majorChange = (to: Repository): Promise<void> =>
  to.edit(SPEC, "      name: X-Polytomic-Version\n", "      name: X-Polytomic-Version\n      required: true\n");

const addToSurface = (to: Repository): Promise<void> =>
  to.edit(SURFACE, "```ts\n", "```ts\nexport declare const added: string;\n");

/** A repository whose only commit is the release 0.1.0. */
async function released(): Promise<Repository> {
  const to = await repository();
  to.git("tag", "v0.1.0");
  return to;
}

test("spec:diff prints each change with its impact and its line in the spec, and then the verdict", async () => {
  const to = await released();
  await majorChange(to);
  await minorChange(to);
  const ran = await specDiff(to);
  expect(ran.stdout).toMatch(
    /^major {2}spec\/openapi\.yaml:\d+ {2}All operations: the header `X-Polytomic-Version` is now required\.$/m,
  );
  expect(ran.stdout).toMatch(/^minor {2}spec\/openapi\.yaml:\d+ {2}All operations: the API version changed from/m);
  expect(verdictOf(ran)).toBe("major");
});

test("spec:diff prints where a removed part was, in a form that `git show` accepts", async () => {
  const to = await released();
  await to.edit(SPEC, '        "404":\n          $ref: "#/components/responses/NotFound"\n', "");
  const [, place] = /^major {2}(v0\.1\.0:spec\/openapi\.yaml):\d+\b/m.exec((await specDiff(to)).stdout)!;
  expect(to.git("show", place!)).toContain("operationId");
});

test("spec:diff exits with 1 and says what to do until a changeset announces the impact that the spec requires", async () => {
  const to = await released();
  expect(await specDiff(to)).toMatchObject({ status: 0, stderr: "" });
  await minorChange(to);
  await to.announce("patch", "A small thing.");
  const stderr = expect.stringContaining("Run `npx changeset`, choose minor") as string;
  expect(await specDiff(to)).toMatchObject({ status: 1, stderr });
  await to.announce("minor", "The API has another version.");
  expect((await specDiff(to)).status).toBe(0);
});

test("spec:diff compares with the highest version tag whatever the order of the tags, and ignores pre-releases", async () => {
  const to = await repository();
  to.git("tag", "polytomic-users@0.1.0");
  await minorChange(to);
  to.commit("another version");
  to.git("tag", "v0.10.0");
  await majorChange(to);
  to.commit("a fix of an older release, later");
  for (const tag of ["v0.9.0", "v0.11.0-rc.1", "v2-draft"]) to.git("tag", tag);
  const ran = await specDiff(to);
  expect(ran.stdout).toContain("compared with v0.10.0 (the highest version tag)");
  expect(verdictOf(ran)).toBe("major");
  expect(verdictOf(await specDiff(to, "--base", "v0.9.0"))).toBe("none");
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

test("spec:diff exits with 2 and asks for another base when the base has a construct that is not supported", async () => {
  const to = await repository();
  await to.edit(SPEC, "      required: [email]\n", "      required: [email]\n      allOf: [{ type: object }]\n");
  to.commit("a choice");
  await to.edit(SPEC, "      allOf: [{ type: object }]\n", "");
  const stderr = expect.stringMatching(
    /^The base HEAD cannot be compared: its spec has `allOf` in `request body`.* Pass a later commit.*: --base <git ref>\.\n$/,
  ) as string;
  expect(await specDiff(to, "--base", "HEAD")).toMatchObject({ status: 2, stderr });
});

test("spec:diff does not count changesets that the base already has", async () => {
  const to = await repository();
  await to.announce("minor", "Something else.");
  to.commit("announce");
  await minorChange(to);
  expect((await specDiff(to, "--base", "HEAD")).status).toBe(1);
  expect((await specDiff(to, "--base", "HEAD~1")).status).toBe(0);
});

test("a pre-release announces the impact of the version that it precedes", async () => {
  const to = await released();
  await minorChange(to);
  await to.edit("package.json", '"version": "0.1.0"', '"version": "0.1.1-beta.0"');
  expect((await announced(to)).status).toBe(1);
  await to.edit("package.json", '"version": "0.1.1-beta.0"', '"version": "0.2.0-beta.0"');
  expect((await announced(to)).status).toBe(0);
  await majorChange(to);
  expect((await announced(to)).status).toBe(1);
  await to.edit("package.json", '"version": "0.2.0-beta.0"', '"version": "1.0.0-beta.0"');
  expect((await announced(to)).status).toBe(0);
});

test("spec:diff exits with 2 when the base has no spec, or a changeset names another package", async () => {
  const to = await repository();
  to.git("mv", SPEC, "spec/other.yaml");
  to.commit("no spec");
  expect(await specDiff(to, "--base", "HEAD")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("HEAD has no spec/openapi.yaml"),
  });
  to.git("mv", "spec/other.yaml", SPEC);
  await to.write(".changeset/a.md", '---\n"polytomic-user": major\n---\n\nA typing error.\n');
  const stderr = ".changeset/a.md names the package polytomic-user. Change it to polytomic-users.\n";
  expect(await specDiff(to, "--base", "HEAD~1")).toMatchObject({ status: 2, stderr });
});

test("the check `announced` passes before the first release, and says why", async () => {
  const to = await repository();
  await majorChange(to);
  expect(await announced(to)).toMatchObject({ status: 0, stdout: expect.stringContaining("No version is tagged yet") });
});

test("the check `announced` fails until a changeset announces what the changes of the spec require", async () => {
  const to = await released();
  expect(await announced(to)).toMatchObject({ status: 0, stderr: "" });
  await majorChange(to);
  expect(await announced(to)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^The spec has changed, .* major changeset\. Run `npx changeset`/),
  });
  await to.announce("minor", "Something smaller.");
  expect((await announced(to)).status).toBe(1);
  await to.announce("major", "The version is required.");
  expect((await announced(to)).status).toBe(0);
});

test("the check `announced` fails until a minor changeset announces an addition to the public surface", async () => {
  const to = await released();
  await addToSurface(to);
  expect(await announced(to)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^The public surface has changed, .* minor changeset\. Run `npx changeset`/),
  });
  await to.announce("patch", "A fix.");
  expect((await announced(to)).status).toBe(1);
  await to.announce("minor", "A new constant.");
  expect((await announced(to)).status).toBe(0);
});

test("the check `announced` does not count changesets that the last release already had", async () => {
  const to = await repository();
  await to.announce("minor", "The first release.");
  to.commit("announce");
  to.git("tag", "v0.1.0");
  await addToSurface(to);
  expect((await announced(to)).status).toBe(1);
});

test("the check `announced` counts a version that was made from changesets and is not tagged yet", async () => {
  const to = await released();
  await minorChange(to);
  await to.edit("package.json", '"version": "0.1.0"', '"version": "0.2.0"');
  expect((await announced(to)).status).toBe(0);
});

test.each([
  ["1.2.0", undefined, "latest"],
  ["1.2.0", "1.1.9", "latest"],
  ["1.1.2", "1.2.0", "release-1.1"],
  ["2.0.0-beta.1", "1.2.0", "beta"],
  ["2.0.0-beta.1", undefined, "beta"],
  ["2.0.0-0", "1.2.0", "next"], // npm refuses tags that are version ranges
  ["2.0.0-x.1", "1.2.0", "next"],
  ["2.0.0-latest.1", "1.2.0", "next"],
])(
  "%s is published as a dist-tag that does not move `latest` back or to a pre-release: %s → %s",
  (version, latest, tag) => {
    expect(distTag(version, latest)).toBe(tag);
  },
);
