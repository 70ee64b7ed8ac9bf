import { decode, decodeBase64 } from "./decode.ts";
import { isUuid } from "../formats.ts";

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

/** Finds credentials in the headers of a request, since each could be a real key that was sent by mistake. */
export function findCredentials(headers: Headers): string[] {
  const values = [...headers].filter(([name]) => isSecret(name)).map(([, value]) => decode(value));
  const words = values.flatMap((value) => [...value.split(/[\s,;]+/), ...value.split(/[\s,;="']+/)]);
  const decoded = words.map(decodeBase64).filter((text) => /^[\x20-\x7e]+$/.test(text));
  const found = [...words, ...decoded].flatMap(splitCredentials);
  return [...new Set(found)].filter((credential) => credential.length >= SHORTEST);
}

function isSecret(name: string): boolean {
  return /authorization|cookie|key|secret|token/i.test(name) && name !== "idempotency-key";
}

/** Shorter credentials are not real keys, and could be a part of any text. */
const SHORTEST = 8;

/** Splits `<organization id>:<key>`, `:<key>` and `<key>:`. An organization id is not a credential. */
function splitCredentials(credentials: string): string[] {
  const [user = "", password = ""] = credentials.split(/:([^]*)/);
  return [credentials, password, isUuid(user) && password ? "" : user];
}
