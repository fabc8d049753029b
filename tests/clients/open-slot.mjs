// Opens a delivery slot with typage, layer by layer. Reads {slot, shred, link, number} as JSON (slot in base64), prints the content.
import { readFileSync } from "node:fs";
import { Decrypter } from "age-encryption";

const { slot, shred, link, number } = JSON.parse(readFileSync(0, "utf8"));
let layer = new Uint8Array(Buffer.from(slot, "base64"));
for (const key of [shred, link]) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(key);
  layer = await decrypter.decrypt(layer);
}
const last = new Decrypter();
last.addPassphrase(number);
process.stdout.write(await last.decrypt(layer, "text"));
