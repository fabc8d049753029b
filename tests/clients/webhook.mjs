// A receiver of webhooks as the office's own programmer would write it, with the specification's own library:
// standard input is {"secret", "headers", "body"}; what it says is "verified", or why not.
import { Webhook } from "standardwebhooks";

let input = "";
for await (const piece of process.stdin) input += piece;
const { secret, headers, body } = JSON.parse(input);
// The library refuses what is older than five minutes; the sender's clock is a test's.
Date.now = () => Number(headers["webhook-timestamp"]) * 1000;
try {
  new Webhook(secret).verify(body, headers);
  console.log("verified");
} catch (error) {
  console.log(String(error));
}
