import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take about a second. The run of a mutant ends with the first test that fails. */
const SLOW = /(?:arguments|faults|large-responses|responses|secrets)\.test\.ts$/;

class SlowFilesLast extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((a, b) => Number(SLOW.test(a.moduleId)) - Number(SLOW.test(b.moduleId))));
  }
}

/** The tests that Stryker runs: the client's, except for those that start processes. */
export default defineConfig({
  test: {
    include: ["test/{unit,wire}/*.test.ts"],
    exclude: ["test/wire/{leftovers,stack-traces}.test.ts"],
    sequence: { sequencer: SlowFilesLast },
    isolate: false,
    testTimeout: 60_000, // a busy machine is not a failure
    api: { host: "127.0.0.1" },
  },
});
