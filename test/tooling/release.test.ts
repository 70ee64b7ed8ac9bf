import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { annotate } from "../../scripts/release/changelog.ts";
import { notesOf } from "../../scripts/release/notes.ts";
import { nextVersion } from "../../scripts/release/status.ts";
import { repository, type Ran, type Repository } from "./repository.ts";

const SPEC = "spec/openapi.yaml";
const lastLine = ({ stdout }: Ran): string | undefined => stdout.trim().split("\n").at(-1);

const minorChange = (to: Repository): Promise<void> => to.edit(SPEC, 'version: "2025-09-18"', 'version: "2026-01-15"');

const majorChange = (to: Repository): Promise<void> =>
  to.edit(SPEC, "      name: force\n", "      name: force\n      required: true\n");

describe("spec:diff", () => {
  test("finds nothing between a spec and itself, and exits with 0", async () => {
    const ran = (await repository()).run("spec/diff");
    expect(ran).toMatchObject({ status: 0, stderr: "" });
    expect(lastLine(ran)).toBe("none");
  });

  test("names each change with impact, file, line and place, and ends with the verdict", async () => {
    const to = await repository();
    await majorChange(to);
    await minorChange(to);
    const ran = to.run("spec/diff");
    expect(ran.stdout).toMatch(/^major {2}spec\/openapi\.yaml:\d+ {2}components › parameters › Force › required$/m);
    expect(ran.stdout).toMatch(/^ +`force` query parameter became required\.$/m);
    expect(ran.stdout).toMatch(/^minor {2}spec\/openapi\.yaml:\d+ {2}info › version$/m);
    expect(lastLine(ran)).toBe("major");
  });

  test("shows where something was that is gone, in a form that git takes", async () => {
    const to = await repository();
    to.git("tag", "v0.1.0");
    await to.edit(SPEC, '        "404":\n          $ref: "#/components/responses/NotFound"\n', "");
    const [, place] = /^major {2}(v0\.1\.0:spec\/openapi\.yaml):\d+ /m.exec(to.run("spec/diff").stdout)!;
    expect(to.git("show", place!)).toContain("operationId");
  });

  test("calls an item of a list by its name", async () => {
    const to = await repository();
    await to.edit(SPEC, "parameters/Version\"\n", 'parameters/Version"\n        - { name: role, in: query, schema: { type: string } }\n'); // prettier-ignore
    await to.edit(SPEC, "        - scopedKey: []\n", "        - scopedKey: []\n        - partnerKey: []\n");
    await to.edit(SPEC, '        "404":\n', '        "402":\n          $ref: "#/components/responses/Forbidden"\n        "404":\n'); // prettier-ignore
    const { stdout } = to.run("spec/diff");
    expect(stdout).toContain("Response `402` was added.");
    expect(stdout).toContain("Parameter `role` was added.");
    expect(stdout).toContain("SecurityRequirement `partnerKey` was added.");
  });

  test("exits with 1 and says what to do when the changesets announce less", async () => {
    const to = await repository();
    await majorChange(to);
    await to.announce("minor", "Something smaller.");
    const ran = to.run("spec/diff");
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain("Run `npm run changeset`, choose major");
  });

  test.each(["minor", "major"])("exits with 0 when the changesets announce as much or more: %s", async (impact) => {
    const to = await repository();
    await minorChange(to);
    await to.announce("patch", "A small thing.");
    await to.announce(impact, "The API has another version.");
    expect(to.run("spec/diff").status).toBe(0);
  });

  test("compares with the latest version tag that the commit descends from", async () => {
    const to = await repository();
    to.git("tag", "polytomic-users@0.1.0");
    await minorChange(to);
    to.commit("another version");
    expect(lastLine(to.run("spec/diff"))).toBe("minor");
    to.git("tag", "v0.2.0");
    to.git("tag", "vendor-import");
    expect(lastLine(to.run("spec/diff"))).toBe("none");
    expect(lastLine(to.run("spec/diff", "--base", "polytomic-users@0.1.0"))).toBe("minor");
  });

  test("compares with the highest version, however the tags came about, and with no draft of one", async () => {
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
    const ran = to.run("spec/diff");
    expect(ran.stdout).toContain("compared with v0.10.0 (the highest version tag)");
    expect(lastLine(ran)).toBe("major");
  });

  test("is content when the version was made of the changesets and is not tagged yet", async () => {
    const to = await repository();
    to.git("tag", "v0.1.0");
    await minorChange(to);
    await to.edit("package.json", '"version": "0.1.0"', '"version": "0.2.0"');
    expect(to.run("spec/diff").status).toBe(0);
    const status = to.run("release/status");
    expect(status.status).toBe(0);
    expect(status.stdout).toMatch(/^next +0\.2\.0, which is not tagged yet$/m);
  });

  test("exits with 2 when a changeset is about a package that is not here", async () => {
    const to = await repository();
    await to.write(".changeset/a.md", '---\n"polytomic-user": major\n---\n\nA typing error.\n');
    const ran = to.run("spec/diff");
    expect(ran.status).toBe(2);
    expect(ran.stderr).toBe(
      ".changeset/a.md is about polytomic-user, but the package is polytomic-users: correct the name.\n",
    );
  });

  test("compares with where the branch left main when no version is tagged", async () => {
    const to = await repository();
    to.git("switch", "--quiet", "--create", "work");
    await minorChange(to);
    to.commit("another version");
    expect(to.run("spec/diff").stdout).toContain("the merge base with main");
    expect(lastLine(to.run("spec/diff"))).toBe("minor");
  });

  test("exits with 2 and says what to do when there is nothing to compare with", async () => {
    const to = await repository();
    expect(to.run("spec/diff", "--base", "v9.9.9")).toMatchObject({ status: 2 });
    to.git("branch", "--move", "trunk");
    const ran = to.run("spec/diff");
    expect(ran).toMatchObject({ status: 2, stdout: "" });
    expect(ran.stderr).toContain("pass --base <git ref>");
    expect(ran.stderr).not.toContain("    at ");
  });

  test("exits with 2 when the base had no spec, or the spec is no OpenAPI document", async () => {
    const to = await repository();
    to.git("mv", SPEC, "spec/other.yaml");
    to.commit("no spec");
    const early = to.run("spec/diff", "--base", "HEAD");
    expect(early.status).toBe(2);
    expect(early.stderr).toContain("There is no spec/openapi.yaml at HEAD");
    await to.write(SPEC, "openapi: [");
    const broken = to.run("spec/diff", "--base", "HEAD~1");
    expect(broken.status).toBe(2);
    expect(broken.stderr).toMatch(/^The spec cannot be read: .* at line 1/);
  });
});

describe("release:status", () => {
  test("says what the next version is, and why", async () => {
    const to = await repository();
    await minorChange(to);
    await to.announce("minor", "Asks for API version 2026-01-15.");
    const { status, stdout } = to.run("release/status");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^spec +minor, 1 change /m);
    expect(stdout).toMatch(/^surface +no change$/m);
    expect(stdout).toMatch(/^ +minor {2}\.changeset\/\d+\.md {2}Asks for API version 2026-01-15\.$/m);
    expect(stdout).toMatch(/^next +0\.2\.0, because the changesets announce minor$/m);
  });

  test("objects to a change of the spec or of the surface that nothing announces", async () => {
    const to = await repository();
    await to.edit("docs/surface.md", "list(options?: RequestOptions)", "list(all: boolean)");
    const surface = to.run("release/status");
    expect(surface.status).toBe(1);
    expect(surface.stdout).toMatch(/^surface +\+1 -1 lines in docs\/surface\.md \(removed or changed lines/m);
    expect(surface.stderr).toContain("no changeset says so");
    await to.announce("minor", "Lists otherwise.");
    expect(to.run("release/status").status).toBe(0);
    await majorChange(to);
    expect(to.run("release/status").stderr).toContain("The spec asks for major");
  });

  test.each([
    ["1.2.3", "major", "2.0.0"],
    ["1.2.3", "minor", "1.3.0"],
    ["1.2.3", "patch", "1.2.4"],
    ["1.2.3", "none", "1.2.3"],
    ["0.1.0", "major", "1.0.0"],
  ] as const)("%s and %s make %s", (version, impact, next) => {
    expect(nextVersion(version, impact)).toBe(next);
  });
});

describe("the changelog", () => {
  const note = "API version `2026-01-15`, spec sha256 `abc`";

  test("has API version and spec digest below the heading of the version", async () => {
    const to = await repository();
    await to.write("CHANGELOG.md", "# polytomic-users\n\n## 0.1.0\n\n### Minor Changes\n\n- The first.\n");
    expect(to.run("release/changelog")).toMatchObject({ status: 0, stderr: "" });
    const digest = createHash("sha256")
      .update(await to.read(SPEC))
      .digest("hex");
    expect(await to.read("CHANGELOG.md")).toBe(
      `# polytomic-users\n\n## 0.1.0\n\nAPI version \`2025-09-18\`, spec sha256 \`${digest}\`\n\n### Minor Changes\n\n- The first.\n`,
    );
  });

  test("has the note once, however often it is written, and keeps those of earlier versions", () => {
    const once = annotate(
      "# p\n\n## 0.2.0\n\n- b\n\n## 0.1.0\n\nAPI version `2025-09-18`, spec\n\n- a\n",
      "0.2.0",
      note,
    );
    expect(annotate(once, "0.2.0", note)).toBe(once);
    expect(once.match(/API version/g)).toHaveLength(2);
  });

  test("without a heading for the version is refused", () => {
    expect(() => annotate("# p\n\n## 0.1.0\n", "0.2.0", note)).toThrow("no heading for 0.2.0");
  });

  test("gives the text of a version's GitHub release: its own section, and no other", () => {
    const changelog = "# p\n\n## 0.2.0\n\n### Minor Changes\n\n- b\n\n## 0.1.0\n\n- a\n";
    expect(notesOf(changelog, "0.2.0")).toBe("### Minor Changes\n\n- b\n");
    expect(notesOf(changelog, "0.1.0")).toBe("- a\n");
    expect(() => notesOf(changelog, "0.3.0")).toThrow("CHANGELOG.md says nothing about 0.3.0");
  });
});
