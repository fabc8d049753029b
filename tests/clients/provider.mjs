// An OpenID provider of others (npm oidc-provider), which the tests sign in at.
//
//   PROVIDER_PORT       where it listens, on localhost
//   PROVIDER_TLS        directory with server.pem and server.key
//   PROVIDER_REDIRECT   where it may lead back to
//   PROVIDER_PEOPLE     JSON file: claims by login, read at each sign-in; any password is right
//   PROVIDER_SECRET     the client's secret
//   PROVIDER_AHEAD      file: how many milliseconds its clock is ahead
//   PROVIDER_SHORT      "1": the ID token says who, and nothing else
//
// Says "ready" when it listens. Its keys are new at each start.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import Provider from "oidc-provider";

const env = process.env;
const now = Date.now;
Date.now = () => now() + Number(readFileSync(env.PROVIDER_AHEAD, "utf8"));
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const provider = new Provider(`https://localhost:${env.PROVIDER_PORT}`, {
  clients: [{ client_id: "kakitome", client_secret: env.PROVIDER_SECRET, redirect_uris: [env.PROVIDER_REDIRECT] }],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" }] },
  cookies: { keys: [randomUUID()] },
  pkce: { required: () => true },
  scopes: ["openid", "email", "profile"],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
  conformIdTokenClaims: env.PROVIDER_SHORT === "1",
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...JSON.parse(readFileSync(env.PROVIDER_PEOPLE))[id] }) }),
});
const [cert, key] = ["server.pem", "server.key"].map((file) => readFileSync(join(env.PROVIDER_TLS, file)));
createServer({ cert, key }, provider.callback()).listen(Number(env.PROVIDER_PORT), "127.0.0.1", () => console.log("ready"));
