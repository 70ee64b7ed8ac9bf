// `workerd test` calls `test()` with the bindings of the configuration.
import { smoke } from "./smoke.js";

export default {
  async test(_controller, { target, findings }) {
    await fetch(findings, { method: "POST", body: JSON.stringify(await smoke(target)) });
  },
};
