/**
 * For `node --import`: checks every exchange with a sandbox of `polytomic-users/testing` against the spec. The process exits
 * with 1 if there is a violation.
 */
import { registerHooks } from "node:module";
import { takeViolations } from "./checked.ts";

const CHECKED = new URL("testing.ts", import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "polytomic-users/testing" && context.parentURL !== CHECKED
      ? next(CHECKED, context)
      : next(specifier, context),
});

process.on("exit", () => {
  const found = takeViolations();
  if (found.length === 0) return;
  console.error(found.join("\n"));
  process.exitCode = 1;
});
