import { HttpError } from "./http-error.ts";

/**
 * Parses a request body.
 *
 * *Assumption* (`content-type`, `body-not-an-object`, `unknown-fields`): the API ignores the `Content-Type`, responds with
 * 422 to a body that is not a JSON object, and ignores fields that the spec does not have.
 */
export function parseBody(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new HttpError(422, "The body must be JSON.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new HttpError(422, "The body must be a JSON object.");
  }
  return body as Record<string, unknown>;
}
