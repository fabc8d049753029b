// tus-js-client, unmodified: uploads FILE and goes on after every break. Prints the upload's address.
import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { Upload } from "tus-js-client";

const { KAKITOME_URL, KAKITOME_TOKEN, KAKITOME_TRANSFER, KAKITOME_FILE } = process.env;
const upload = new Upload(createReadStream(KAKITOME_FILE), {
  endpoint: `${KAKITOME_URL}/api/v1/uploads`,
  uploadSize: statSync(KAKITOME_FILE).size,
  chunkSize: 16 * 1024 * 1024,
  retryDelays: [0, 50, 100, 200, 400, 800, 1600],
  headers: { Authorization: `Bearer ${KAKITOME_TOKEN}` },
  metadata: { transfer: KAKITOME_TRANSFER, filename: basename(KAKITOME_FILE), filetype: "application/octet-stream" },
  onError(error) {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess() {
    console.log(upload.url);
  },
});
upload.start();
