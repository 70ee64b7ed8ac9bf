import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

/** The names of Chromium on Debian, on other Linux systems and on GitHub runners. */
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Starts the Chromium of this machine. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium() });
}

/** @throws `Error` that says how to install Chromium. */
export async function findChromium(): Promise<string> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const path of NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    if (await isExecutable(path)) return path;
  }
  throw new Error(`None of ${NAMES.join(", ")} is on the PATH. On Debian: apt-get install chromium`);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
