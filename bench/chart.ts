export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly label: string;
}

export interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 880;
const COLUMN = WIDTH / 2;
const LINE = 22;
const NAMES = 118;
const LONGEST = COLUMN - NAMES - 90;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .bar { fill: #9aa4b2; }
  .ours { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .bar { fill: #57606a; }
    .ours { fill: #4493f8; }
  }`;

/** Draws bar charts, two in a row, as an SVG for light and dark pages. */
export function chart(panels: readonly Panel[], ours: string): string {
  const rows = Array.from({ length: Math.ceil(panels.length / 2) }, (_, row) => panels.slice(row * 2, row * 2 + 2));
  const heights = rows.map((row) => LINE * (Math.max(...row.map(({ bars }) => bars.length)) + 2));
  const drawn = rows.flatMap((row, index) => {
    const top = heights.slice(0, index).reduce((sum, height) => sum + height, 0);
    return row.map((panel, column) => group(column * COLUMN, top, draw(panel, ours)));
  });
  const height = heights.reduce((sum, each) => sum + each, 0);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label(panels)}">
<style>${STYLE}
</style>
${drawn.join("\n")}
</svg>
`;
}

function draw({ title, bars }: Panel, ours: string): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const lines = bars.map(({ name, value, label: text }, index) => {
    const y = LINE * (index + 1);
    const length = Math.max(1, (LONGEST * value) / most).toFixed(1);
    const shown = name === ours ? "ours" : "bar";
    return `<text x="${NAMES - 8}" y="${y + 15}" text-anchor="end">${name}</text><rect class="${shown}" x="${NAMES}" y="${y + 4}" width="${length}" height="14" rx="2"/><text x="${NAMES + Number(length) + 6}" y="${y + 15}">${text}</text>`;
  });
  return [`<text class="title" x="${NAMES}" y="15">${title}</text>`, ...lines].join("\n");
}

function group(x: number, y: number, content: string): string {
  return `<g transform="translate(${x} ${y + 4})">\n${content}\n</g>`;
}

/** The alternative text. */
function label(panels: readonly Panel[]): string {
  return panels
    .map(({ title, bars }) => `${title}: ${bars.map(({ name, label: text }) => `${name} ${text}`).join(", ")}`)
    .join(". ");
}
