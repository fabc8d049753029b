// Opens one part with typage. Reads {part, identity} as JSON (part in base64), prints the SHA-256 of the plaintext.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Decrypter } from "age-encryption";

const { part, identity } = JSON.parse(readFileSync(0, "utf8"));
const decrypter = new Decrypter();
decrypter.addIdentity(identity);
const plain = await decrypter.decrypt(new Uint8Array(Buffer.from(part, "base64")));
process.stdout.write(createHash("sha256").update(plain).digest("hex"));
