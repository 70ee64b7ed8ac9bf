import { SERVER_URL } from "../generated/contract.ts";
import { environment } from "./environment.ts";
import { ConfigurationError } from "./errors.ts";
import { isLoopback } from "./formats.ts";
import type { KeyKind } from "./keys.ts";
import { isObject, nameType } from "./objects.ts";
import type { PolytomicOptions } from "./options.ts";

/** Returns the base URL without a slash at the end. */
export function chooseBaseUrl({ baseUrl, allowInsecureConnection }: PolytomicOptions, kind: KeyKind): string {
  const allowsHttp =
    allowInsecureConnection ?? /^(?:1|true)$/i.test(environment("POLYTOMIC_ALLOW_INSECURE_CONNECTION")?.trim() ?? "");
  if (baseUrl !== undefined) return readBaseUrl("`baseUrl`", baseUrl, allowsHttp);
  const url = environment("POLYTOMIC_DEPLOYMENT_URL")?.trim();
  if (url) return readBaseUrl("POLYTOMIC_DEPLOYMENT_URL", url, allowsHttp);
  if (kind !== "deploymentKey") return SERVER_URL;
  throw new ConfigurationError("`deploymentKey` requires `baseUrl`, or POLYTOMIC_DEPLOYMENT_URL in the environment.");
}

/** Checks a base URL, which is https if it has no scheme. The message does not show it: it can contain a password. */
function readBaseUrl(name: string, value: unknown, allowsHttp: boolean): string {
  // Not `instanceof URL`: the URL can be of another realm.
  const text = isObject(value) && typeof value["href"] === "string" ? value["href"] : value;
  if (typeof text !== "string") throw new ConfigurationError(`${name} must be a URL, but it is ${nameType(value)}.`);
  const trimmed = text.trim();
  const absolute = /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  // Without one of its characters, a scheme would be read as the name of a host, and the key sent there.
  const isMistyped = /^https?(?![\w.-])(?!:\/\/)|^[:/]/i.test(trimmed);
  const problem =
    trimmed === "" ? "is empty." : isMistyped ? "must start with `https://`." : findProblem(absolute, allowsHttp);
  if (problem !== undefined) throw new ConfigurationError(`${name} ${problem}`);
  return new URL(absolute).href.replace(/\/+$/, "");
}

function findProblem(url: string, allowsHttp: boolean): string | undefined {
  if (!URL.canParse(url)) {
    const withoutPort = url.replace(/^(\w+:\/\/[^/?#]*):[^/?#\]]*/, "$1");
    return URL.canParse(withoutPort) ? "has an invalid port." : `is not a valid URL. Pass one such as ${SERVER_URL}.`;
  }
  const { href, protocol, username, password, hostname } = new URL(url);
  const [beforeFragment = "", fragment] = href.split("#");
  if (!/^https?:$/.test(protocol)) return "must start with `https://`.";
  if (username || password) return "must not contain a user name or a password. Pass the key as an option.";
  if (beforeFragment.includes("?")) return "must not contain a query (`?…`).";
  if (fragment !== undefined) return "must not contain a fragment (`#…`).";
  if (protocol === "https:" || allowsHttp || isLoopback(hostname)) return undefined;
  return (
    "uses plain http, which does not protect the key. Use https, or, in a network that you trust, set " +
    "`allowInsecureConnection: true` or POLYTOMIC_ALLOW_INSECURE_CONNECTION=1."
  );
}
