import { vi } from "vitest";

/** The result of a program. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program's main function in this process, and returns its exit code and what it printed. */
export async function captured(main: () => number | Promise<number>): Promise<Ran> {
  const printed = { log: "", error: "" };
  const spies = (["log", "error"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((text) => void (printed[level] += `${text}\n`)),
  );
  try {
    return { status: await main(), stdout: printed.log, stderr: printed.error };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
