/** The tests of a live API. Their names, notes and messages contain no value that the API returned. */
import { readFileSync } from "node:fs";
import { inject, test } from "vitest";
import { parse } from "yaml";
import { OPERATIONS } from "../../generated/contract.ts";
import { request, type Call, type OperationId, type Reply, type Target } from "./request.ts";
import type { CreatedUser, Creates } from "./user.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly target: Target;
    /** The user that the tests may change, or why there is none. Only with `--write`. */
    readonly user: CreatedUser | string;
    readonly creates: Creates;
  }
  interface TaskMeta {
    /** Whether a request succeeded. */
    succeeded?: boolean;
    /** What the test found, if its claim could not be confirmed. */
    finding?: string;
  }
}

type Probe = () => Promise<void> | void;

export const OPERATION_IDS = Object.keys(OPERATIONS) as OperationId[];

export const target: Target = inject("target");

/** All responses to the tests so far. */
export const replies: Reply[] = [];

/** Sends a request. Only the user of this run may be changed. */
export async function send(call: Call): Promise<Reply> {
  const user = inject("user");
  const isOwn = typeof user === "object" && call.path?.id === user.id;
  if (OPERATIONS[call.operation].method !== "get" && !isOwn) throw new TypeError("Not the user of this run");
  const reply = await request(target, call);
  replies.push(reply);
  return reply;
}

/** Defines a test that is skipped with a note if a claim does not hold or cannot be tested. */
function probe(title: string, run: Probe): void {
  test(title, async ({ task, skip }) => {
    try {
      await run();
    } catch (error) {
      // The message of any other error could contain a value.
      if (!(error instanceof Unconfirmed)) throw withoutStack(`The probe failed (${(error as Error).name}).`);
      task.meta.finding = error.message;
      skip(error.message);
    }
  });
}

/** Defines a test for each operation that compares all responses so far with the spec. It belongs at the end of a file. */
export function compareResponses(operations: readonly OperationId[]): void {
  for (const operation of operations) {
    test(`${operation} responds as the spec says`, ({ task, skip }) => {
      const received = replies.filter((reply) => reply.operation === operation);
      const deviations = new Set(received.flatMap((reply) => reply.deviations));
      task.meta.succeeded = received.some(({ status }) => status === 200);
      if (deviations.size > 0) throw withoutStack([...deviations].join("\n"));
      if (!task.meta.succeeded) skip(`not tested: ${received[0]?.summary ?? "no request"}`);
    });
  }
}

function withoutStack(message: string): Error {
  return Object.assign(new Error(message), { stack: "" });
}

class Unconfirmed extends Error {}

export function notTested(reason: string): never {
  throw new Unconfirmed(`not tested: ${reason}`);
}

/** Ends the test with a note unless a response is as a claim says. */
export function expectReply({ status, summary }: Reply, holds: boolean, found?: string): void {
  if (holds) return;
  if (status === 0 || status === 429 || status >= 500) notTested(summary);
  throw new Unconfirmed(`contradicted: ${summary}${found === undefined ? "" : `, ${found}`}`);
}

export function expectStatus(reply: Reply, status: number): void {
  expectReply(reply, reply.status === status);
}

/** A probe that sends one request, and expects a status. */
export function responds(status: number, call: () => Call): Probe {
  return async () => expectStatus(await send(call()), status);
}

/** A claim about the API in spec/assumptions.yaml. */
interface Assumption {
  readonly id: string;
  readonly claim: string;
  /** Why no probe tests it. */
  readonly untested?: string;
}

const ASSUMPTIONS = parse(readFileSync("spec/assumptions.yaml", "utf8")) as Assumption[];

/** Defines a test for each of the assumptions with these ids. */
export function probeAssumptions(probes: Readonly<Record<string, Probe>>): void {
  for (const [id, run] of Object.entries(probes)) {
    probe(`${id}: ${ASSUMPTIONS.find((assumption) => assumption.id === id)!.claim}`, run);
  }
}

/** Defines a skipped test for each assumption that no probe tests. */
export function listUntestedAssumptions(): void {
  for (const { id, claim, untested } of ASSUMPTIONS) {
    if (untested !== undefined) probe(`${id}: ${claim}`, () => notTested(untested));
  }
}
