/** Replaces `polytomic-users/testing` in programs that tests run. */
import { createSandbox as plain } from "polytomic-users/testing";
import { checked } from "./checked.ts";

export const createSandbox = checked(plain);
