/** After `npm test`: what it left to the other test scripts, which need more than `npm ci` installs. */
import { readFile } from "node:fs/promises";

const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as { scripts: Record<string, string> };
const others = Object.keys(scripts).filter((name) => name.startsWith("test:"));
console.log(`Not run, as they need more than npm ci: ${others.map((name) => `npm run ${name}`).join(", ")}.`);
console.log(".ci/run runs them all.");
