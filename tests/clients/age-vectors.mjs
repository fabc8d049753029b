// Prints the C2SP CCTV age vectors as JSON: one object each, the textual head as fields, the age file in base64.
import { inflateSync } from "node:zlib";
import * as vectors from "cctv-age";

const read = ([name, bytes]) => {
  const raw = Buffer.from(bytes);
  const end = raw.indexOf("\n\n");
  const vector = { name, identity: [], passphrase: [] };
  for (const line of raw.subarray(0, end).toString("utf8").split("\n")) {
    const at = line.indexOf(": ");
    const [key, value] = [line.slice(0, at), line.slice(at + 2)];
    if (Array.isArray(vector[key])) vector[key].push(value);
    else vector[key] = value;
  }
  const body = raw.subarray(end + 2);
  vector.file = (vector.compressed === "zlib" ? inflateSync(body) : body).toString("base64");
  return vector;
};
const all = vectors.default ?? vectors;
process.stdout.write(JSON.stringify(Object.entries(all).map(read)));
