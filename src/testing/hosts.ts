import { API_VERSION } from "../../generated/contract.ts";
import { isLoopback } from "../formats.ts";
import { show } from "./check.ts";
import { HttpError } from "./http-error.ts";
import { failure, toResponse } from "./stored-response.ts";

/** Returns the response to a request for an unknown host; `undefined` if the host is known. */
export type HostCheck = (incoming: Incoming) => Response | undefined;

interface Incoming {
  /** The `Host` header. */
  readonly host: string | undefined;
  /** A path, or a whole URL as for a proxy. */
  readonly target: string | undefined;
  /** The IP address of this machine at which the request arrived. */
  readonly address: string | undefined;
}

/**
 * Creates a check against DNS rebinding: in this attack, the name of another website resolves to this machine, and a
 * browser lets the pages of that website read the responses.
 *
 * @param names Known hosts, besides the names and addresses of this machine.
 */
export function createHostCheck(names: readonly string[]): HostCheck {
  const known = new Set(names.map(readHostname));
  return ({ host = "", target = "", address = "" }) => {
    const ownAddress = readHostname(address.replace(/^::ffff:(?=\d+\.)/i, "")); // an IPv4 address on an IPv6 socket
    const isKnown = (each: string): boolean => {
      const hostname = readHostname(each);
      return hostname !== undefined && (isLoopback(hostname) || known.has(hostname) || hostname === ownAddress);
    };
    const unknown = [host, ...(URL.canParse(target) ? [new URL(target).host] : [])].find((each) => !isKnown(each));
    return unknown === undefined ? undefined : toResponse(failure(API_VERSION, hostNotAllowed(unknown)));
  };
}

/** Reads a name or an IP address, with or without a port, as URLs write it. Returns `undefined` if it is invalid. */
export function readHostname(host: string): string | undefined {
  if (!/^[\w.:[\]-]+$/.test(host)) return undefined; // a URL can also have a user name and a path
  const isIPv6 = !host.startsWith("[") && host.split(":").length > 2;
  const url = `http://${isIPv6 ? `[${host}]` : host}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, "") : undefined;
}

function hostNotAllowed(host: string): HttpError {
  const name = readHostname(host) ?? "<name>";
  return new HttpError(
    421,
    `The host ${show(host)} is not allowed. To allow it, start the sandbox with \`--host ${name}\`, or pass \`{ allowedHosts: ["${name}"] }\` to \`listen()\`.`,
  );
}
