/** Pages of the site that are copies of files at the top of the repository: the changelog, and how to contribute. */
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { ROOT } from "./markdown.ts";

const REPOSITORY = "https://github.com/polytomic-users/polytomic-users/blob/main";

/**
 * Makes a page of docs/project/ from the text of a file at the top of the repository. Markup in sentences is shown as it is
 * written, because Vue would read `Promise<string>` as an element and `{{ id }}` as code.
 */
export function copyPage(text: string, title: string, description: string): string {
  const copy = text
    .replace(/^# .+$/m, `# ${title}`)
    .split(/(^```.*?^```$|`[^`\n]+`)/ms)
    .map((part) =>
      part.startsWith("`") ? part : relink(part.replaceAll("<", "&lt;").replaceAll("{{", "&#123;&#123;")),
    )
    .join("");
  return `---\ndescription: ${description}\neditLink: false\n---\n\n${copy}`;
}

/** Links lead to pages of the site, or to the repository if the site does not have the file. */
function relink(text: string): string {
  return text.replaceAll(/(\]\(|^\[.+\]: )(?!https:|mailto:|#)([^)#\s]+)/gm, (_link, start: string, path: string) => {
    const isPage = /^docs\/\w+\/.+\.md$/.test(path) && existsSync(join(ROOT, path));
    return start + (isPage ? posix.relative("docs/project", path) : `${REPOSITORY}/${path}`);
  });
}
