import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take about a second. The run of a mutant ends with the first test that fails. */
const SLOW = /(?:apply|arguments|faults|large-responses|responses|secrets)\.test\.ts$/;

class SlowFilesLast extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((a, b) => Number(SLOW.test(a.moduleId)) - Number(SLOW.test(b.moduleId))));
  }
}

/** The tests that Stryker runs: those of the client and of sync, except for those that start processes or take long. */
export default defineConfig({
  test: {
    include: ["test/{unit,wire,sync}/*.test.ts"],
    exclude: ["test/wire/{leftovers,stack-traces}.test.ts", "test/sync/{model,large}.test.ts"],
    sequence: { sequencer: SlowFilesLast },
    isolate: false,
    testTimeout: 60_000, // a busy machine is not a failure
    api: { host: "127.0.0.1" },
  },
});
