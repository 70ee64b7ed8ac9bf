import { renderMermaidSVG } from "beautiful-mermaid";
import type { MarkdownOptions } from "vitepress";

type MarkdownIt = Parameters<NonNullable<MarkdownOptions["config"]>>[0];

/** Draws diagrams, and lets the keyboard scroll tables and code. */
export function configureMarkdown(markdown: MarkdownIt): void {
  const { rules } = markdown.renderer;
  const { escapeHtml } = markdown.utils;
  const fence = rules.fence!;
  rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index]!;
    return info.trim() === "mermaid"
      ? drawDiagram(content)
      : fence(tokens, index, ...rest).replace("<pre ", '<pre role="group" aria-label="Code" ');
  };
  rules["code_inline"] = (tokens, index) => `<code v-pre>${breakable(escapeHtml(tokens[index]!.content))}</code>`;
  rules["table_open"] = () => '<div class="table" role="group" aria-label="Table" tabindex="0"><table>';
  rules["table_close"] = () => "</table></div>";
}

/** Lets code break after spaces and punctuation, but not inside words and ids. */
function breakable(html: string): string {
  return html.replaceAll(/[ ./,=([](?=.)/g, "$&<wbr>");
}

/** Draws a diagram as SVG in the colors and the font of the page. Its own font would be loaded from the network. */
function drawDiagram(diagram: string): string {
  const colors = { bg: "var(--vp-c-bg)", fg: "var(--vp-c-text-1)", transparent: true };
  const svg = renderMermaidSVG(diagram, colors)
    .replace(/ *@import url\([^)]*\);/, "")
    .replace(/font-family: [^;]*;/, "font-family: inherit;")
    .replaceAll(/\n\s*\n/g, "\n");
  // `v-html`, because Vue removes the `<style>` of the SVG from its own templates.
  const html = JSON.stringify(svg).replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<figure class="diagram" role="img" aria-label="Diagram" v-html="${html}"></figure>`;
}
