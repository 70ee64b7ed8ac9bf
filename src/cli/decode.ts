import { printable } from "./print.ts";
import { UsageError } from "./usage.ts";

/**
 * Decodes a file, and removes its byte order mark, if any.
 *
 * @param name The name of the file for messages.
 * @throws `UsageError` that says where the file is not UTF-8.
 */
export function decodeUtf8(name: string, bytes: Uint8Array): string {
  const problem = findUtf16(bytes) ?? findInvalidByte(bytes) ?? findNul(bytes);
  if (problem === undefined) return new TextDecoder().decode(bytes);
  throw new UsageError(`${printable(name)} cannot be used: ${printable(problem)} Save it as UTF-8.`);
}

function findUtf16([first, second]: Uint8Array): string | undefined {
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return hasMark ? "It is encoded in UTF-16." : undefined;
}

function findInvalidByte(bytes: Uint8Array): string | undefined {
  if (isUtf8(bytes)) return undefined;
  let line = 0;
  for (const each of linesOf(bytes)) {
    line++;
    if (isUtf8(each)) continue;
    const valid = validStart(each);
    const byte = each[Buffer.byteLength(valid)]!.toString(16).toUpperCase().padStart(2, "0");
    const place = valid === "" ? "At the start of line" : `After ${JSON.stringify(valid.slice(-20))} in line`;
    return `${place} ${line} is the byte 0x${byte}, which is not UTF-8 but can be Latin-1 or Windows-1252.`;
  }
  return undefined;
}

function findNul(bytes: Uint8Array): string | undefined {
  const index = bytes.indexOf(0);
  if (index === -1) return undefined;
  const line = bytes.subarray(0, index).filter((byte) => byte === 0x0a).length + 1;
  return `Line ${line} contains a NUL character. It may be encoded in UTF-16.`;
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
    yield bytes.subarray(start, end);
    start = end + 1;
  }
  yield bytes.subarray(start);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The text before the first invalid byte: each longer start that ends between two characters is invalid. */
function validStart(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  try {
    for (const byte of bytes) text += decoder.decode(Uint8Array.of(byte), { stream: true });
    return text;
  } catch {
    return text;
  }
}
