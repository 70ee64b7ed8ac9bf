/** The tests of a live API. Their names, notes and messages contain no value that the API returned. */
import { readFileSync } from "node:fs";
import { inject, test } from "vitest";
import { parse } from "yaml";
import { OPERATIONS } from "../../generated/contract.ts";
import { request, type Call, type Reply, type Target } from "./request.ts";
import type { CreatedUser } from "./user.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly target: Target;
    /** The user that the tests may change, or why there is none. */
    readonly user: CreatedUser | string;
  }
  interface TaskMeta {
    /** Whether a request succeeded. */
    succeeded?: boolean;
    /** What the test found, if its claim could not be confirmed. */
    finding?: string;
  }
}

export type Send = (call: Call) => Promise<Reply>;

type Probe = (send: Send) => Promise<void> | void;

export const target: Target = inject("target");

/** All responses to the tests so far. */
export const replies: Reply[] = [];

/** The deviations that a test has reported. Each fails only one test. */
const reported = new Set<string>();

/**
 * Defines a test. It fails if a response in it differs from the spec, and is skipped with a note if its claim does not hold
 * or cannot be tested.
 */
export function probe(title: string, run: Probe): void {
  test(title, async ({ task, skip, signal }) => {
    const first = replies.length;
    let finding: string | undefined;
    try {
      await run(async (call) => {
        refuseOtherUsers(call);
        const reply = await request(target, call, signal);
        replies.push(reply);
        return reply;
      });
    } catch (error) {
      // The message of any other error could contain a value.
      if (!(error instanceof Unconfirmed)) throw withoutStack(`The probe failed (${(error as Error).name}).`);
      finding = error.message;
    }
    const received = replies.slice(first);
    if (received.some(({ status }) => status === 200)) task.meta.succeeded = true;
    expectNoDeviations(received);
    if (finding !== undefined) skip((task.meta.finding = finding));
  });
}

/** Only the user of this run may be changed. */
function refuseOtherUsers({ operation, path }: Call): void {
  const user = inject("user");
  const isOwn = typeof user !== "string" && path?.id === user.id;
  if (OPERATIONS[operation].method !== "get" && !isOwn) throw new TypeError("Not the user of this run");
}

/** Fails the test if a deviation is new. */
function expectNoDeviations(received: readonly Reply[]): void {
  const found = [...new Set(received.flatMap(({ deviations }) => deviations))].filter((each) => !reported.has(each));
  for (const deviation of found) reported.add(deviation);
  if (found.length > 0) throw withoutStack(found.join("\n"));
}

function withoutStack(message: string): Error {
  return Object.assign(new Error(message), { stack: "" });
}

class Unconfirmed extends Error {}

export function notTested(reason: string): never {
  throw new Unconfirmed(`not tested: ${reason}`);
}

/** Ends the test with a note unless a claim holds. */
export function expectThat(holds: boolean, found: string): void {
  if (!holds) throw new Unconfirmed(`contradicted: ${found}`);
}

/** Ends the test with a note unless a response is as a claim says. */
export function expectReply(reply: Reply, holds: boolean, found?: string): void {
  const { status, summary } = reply;
  const isProcessed = status !== 0 && status !== 429 && status < 500;
  if (!holds && !isProcessed) notTested(summary);
  expectThat(holds, found === undefined ? summary : `${summary}, ${found}`);
}

export function expectStatus(reply: Reply, status: number): void {
  expectReply(reply, reply.status === status);
}

/** A probe that sends one request, and expects a status. */
export function responds(status: number, call: () => Call): Probe {
  return async (send) => expectStatus(await send(call()), status);
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
