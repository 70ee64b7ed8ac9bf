import { expect, test } from "vitest";
import { showProgress } from "../../src/cli/progress.ts";

/** What is written while a number of changes is made. */
function progressOf(total: number, isTTY: boolean): string[] {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const progress = showProgress("changes", total, stream);
  for (let index = 0; index < total; index++) progress.add();
  progress.end();
  return written;
}

test("on a terminal, a bar shows the progress, and is removed at the end", () => {
  expect(progressOf(2, true)).toEqual([
    "\r\u001B[K[....................] 0/2 changes",
    "\r\u001B[K[##########..........] 1/2 changes",
    "\r\u001B[K[####################] 2/2 changes",
    "\r\u001B[K",
  ]);
});

test("elsewhere, about ten lines show the progress", () => {
  expect(progressOf(25, false)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 25].map((count) => `${count}/25 changes\n`));
  expect(progressOf(1, false)).toEqual(["1/1 changes\n"]);
  expect(progressOf(0, false)).toEqual([]);
});
