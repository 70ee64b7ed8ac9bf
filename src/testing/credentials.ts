import { decode, decodeBase64 } from "./decode.ts";
import { isUuid } from "./formats.ts";

/** Masks the value of a header that contains credentials, except for the scheme of `Authorization`. */
export function maskHeader(name: string, value: string): string {
  if (!isSecret(name)) return value;
  const [scheme = ""] = /^(?:Bearer|Basic) +(?=\S)/i.exec(value) ?? [];
  return `${scheme.trim()} ***`.trim();
}

/** Masks the values of query parameters whose names say that they are credentials. */
export function maskQuery(target: string): string {
  return target.replaceAll(/(?<=[?&])([^=&]*)=[^&]+/g, (parameter, name: string) =>
    isSecret(decode(name)) ? `${name}=***` : parameter,
  );
}

/** The credentials in the headers of a request. Each of them could be a real key that was sent by mistake. */
export function findCredentials(headers: Headers): string[] {
  const values = [...headers].filter(([name]) => isSecret(name)).map(([, value]) => decode(value));
  const words = values.flatMap((value) => value.split(/\s+/));
  const found = [...words, ...words.map(decodeBase64)].flatMap(splitCredentials);
  return found.filter((credential) => credential.length >= SHORTEST);
}

function isSecret(name: string): boolean {
  return /authorization|cookie|key|secret|token/i.test(name) && name !== "idempotency-key";
}

/** Shorter credentials are not real keys, and could be a part of any text. */
const SHORTEST = 8;

/** `<organization id>:<key>`, `:<key>`, `<key>:` or `<key>`. */
function splitCredentials(credentials: string): string[] {
  const [user = "", password = ""] = credentials.split(/:([^]*)/);
  return [credentials, password, isUuid(user) && password ? "" : user];
}
