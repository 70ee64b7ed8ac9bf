import { readArguments, UsageError } from "./usage.ts";

/** The options of `sync`. */
export interface SyncOptions {
  /** The path of the list, or `-`. */
  readonly list: string;
  /** The id or name of the organization, if the list has no column for it. */
  readonly organization: string | undefined;
  readonly isApplied: boolean;
  readonly isJson: boolean;
  readonly delete: boolean;
  readonly maxDelete: number | `${number}%` | undefined;
  readonly adminRole: string | false | undefined;
  /** How many users of an organization are changed at the same time. */
  readonly concurrency: number;
}

export function readOptions(args: readonly string[]): SyncOptions {
  const { values, positionals } = readArguments(
    "sync",
    args,
    {
      organization: { type: "string" },
      apply: { type: "boolean", default: false },
      "no-delete": { type: "boolean", default: false },
      "max-delete": { type: "string" },
      "admin-role": { type: "string" },
      concurrency: { type: "string", default: "4" },
      json: { type: "boolean", default: false },
    },
    true,
  );
  const [list, ...others] = positionals;
  if (list === undefined || others.length > 0) {
    throw new UsageError("Name one list: a CSV or JSON file, or - for the standard input.");
  }
  const { "max-delete": maxDelete, "admin-role": adminRole } = values;
  for (const name of ["organization", "admin-role"] as const) {
    if (values[name]?.trim() === "") throw new UsageError(`--${name} is empty. If it is a variable, is it set?`);
  }
  return {
    list,
    organization: values.organization,
    isApplied: values.apply,
    isJson: values.json,
    delete: !values["no-delete"],
    maxDelete: maxDelete === undefined ? undefined : readMaxDelete(maxDelete),
    adminRole: adminRole === "none" ? false : adminRole,
    concurrency: readConcurrency(values.concurrency),
  };
}

function readMaxDelete(text: string): number | `${number}%` {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (/^\d{1,3}(?:\.\d+)?%$/.test(text) && Number.parseFloat(text) <= 100) return text as `${number}%`;
  throw new UsageError(`--max-delete must be a number of users, or a share such as 20%; got ${JSON.stringify(text)}.`);
}

function readConcurrency(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= 100) return count;
  throw new UsageError(`--concurrency must be a whole number from 1 to 100; got ${JSON.stringify(text)}.`);
}
