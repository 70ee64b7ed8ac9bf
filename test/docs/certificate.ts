import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface Certificate {
  /** The private key, as PEM. */
  readonly key: string;
  /** The certificate, as PEM. */
  readonly cert: string;
}

/** Creates a self-signed certificate for `localhost`, which is valid from 2020 to 2049. */
export function selfSignedCertificate(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = sequence(encode(0x06, Buffer.from("2a8648ce3d040302", "hex")));
  const commonName = sequence(encode(0x06, Buffer.from("550403", "hex")), encode(0x0c, Buffer.from("localhost")));
  const name = sequence(encode(0x31, commonName));
  const dates = ["200101000000Z", "490101000000Z"].map((date) => encode(0x17, Buffer.from(date)));
  const dnsName = encode(0x82, Buffer.from("localhost"));
  const subjectAltName = sequence(encode(0x06, Buffer.from("551d11", "hex")), encode(0x04, sequence(dnsName)));
  const body = sequence(
    encode(0xa0, encode(0x02, Buffer.of(2))), // X.509 version 3
    encode(0x02, Buffer.of(1, ...randomBytes(8))), // the serial number; its first byte keeps it positive
    ecdsaWithSha256,
    name,
    sequence(...dates),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    encode(0xa3, sequence(subjectAltName)),
  );
  const signature = encode(0x03, Buffer.of(0), sign("sha256", body, privateKey));
  const lines = sequence(body, ecdsaWithSha256, signature).toString("base64").replaceAll(/.{64}/g, "$&\n"); // prettier-ignore
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** Encodes a value in DER. @see https://www.itu.int/rec/T-REC-X.690 */
function encode(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return encode(0x30, ...parts);
}
