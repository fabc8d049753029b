import { type PublicKeyCredentialCreationOptionsJSON, type PublicKeyCredentialRequestOptionsJSON, WebAuthnAbortService, WebAuthnError, base64URLStringToBuffer, bufferToBase64URLString, startAuthentication, startRegistration } from "@simplewebauthn/browser";
import { Refusal, refusalOf } from "../draft/draft";
import { active } from "../shell/active";

/** SHA-256 of "kakitome account key v1": what authenticators are asked about. Their answer opens a copy of the account key. */
const SALT = "lfWsu6aCbabZxEYOGLlTJkHf5MOPCcRvcaHYEXg1MMY";

/** The first half of an exchange, as the gateway begins it. */
interface Begun<Options> {
  token: string;
  options: Options;
}

/** What the authenticator said, for the gateway. */
interface Said {
  credential: object;
  /** What it made of the salt; only where it can. */
  prf?: string;
}

interface PrfResults {
  prf?: { enabled?: boolean; results?: { first?: BufferSource } };
}

/** Posts to the gateway; what it refuses is thrown in its words. */
export async function post<Answer>(path: string, csrf: string, body: object): Promise<Answer> {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf, "Accept-Language": document.documentElement.lang };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw await refusalOf(answer);
  active();
  return (await answer.json()) as Answer;
}

/** Proves who one is with a passkey: what the gateway answers in the end. With `autofill` it waits for a choice in the field. */
export async function prove<Answer>(at: string, csrf: string, next: string, autofill = false): Promise<Answer> {
  const { token, options } = await post<Begun<PublicKeyCredentialRequestOptionsJSON>>(`${at}/options`, csrf, {});
  const answer = await startAuthentication({ optionsJSON: salted(options), useBrowserAutofill: autofill });
  return post<Answer>(at, csrf, { token, next, ...said(answer) });
}

/** Makes a passkey under a name. */
export async function add(csrf: string, name: string): Promise<void> {
  const { token, options } = await post<Begun<PublicKeyCredentialCreationOptionsJSON>>("/me/passkeys/options", csrf, {});
  const answer = await startRegistration({ optionsJSON: salted(options) });
  const made = said(answer);
  const { prf } = answer.clientExtensionResults as PrfResults;
  // Some authenticators make something of the salt only where one signs in: ask for that right away. The gateway checks
  // nothing of it, so that any challenge will do.
  const later = prf?.enabled && !made.prf ? await outputOf(options, answer.id) : undefined;
  await post("/me/passkeys/add", csrf, { token, name, ...made, ...(later && { prf: later }) });
}

async function outputOf(options: PublicKeyCredentialCreationOptionsJSON, id: string): Promise<string | undefined> {
  const challenge = bufferToBase64URLString(crypto.getRandomValues(new Uint8Array(32)).buffer);
  const rpId = options.rp.id;
  const asked: PublicKeyCredentialRequestOptionsJSON = {
    challenge,
    ...(rpId && { rpId }),
    allowCredentials: [{ type: "public-key", id }],
    userVerification: "required",
  };
  try {
    return said(await startAuthentication({ optionsJSON: salted(asked) })).prf;
  } catch {
    // The passkey is made; it signs in without opening files.
    return undefined;
  }
}

/** With the question that the account key hangs on. */
function salted<Options extends { extensions?: object }>(options: Options): Options {
  return { ...options, extensions: { ...options.extensions, prf: { eval: { first: base64URLStringToBuffer(SALT) } } } };
}

/** The output stands beside the credential: it is a secret, and the rest is none. */
function said<Answer extends { clientExtensionResults: object }>(answer: Answer): Said {
  const { prf, ...rest } = answer.clientExtensionResults as PrfResults;
  const first = prf?.results?.first;
  return { credential: { ...answer, clientExtensionResults: rest }, ...(first && { prf: textOf(first) }) };
}

function textOf(bytes: BufferSource): string {
  const view = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
  return bufferToBase64URLString(view.slice().buffer);
}

/** Why an exchange came to nothing: another one began, the person gave up, it is here already, or the gateway's words. */
export function whyOf(error: unknown): "superseded" | "cancelled" | "here" | "failed" | Refusal {
  if (error instanceof Refusal) return error;
  const name = error instanceof WebAuthnError && error.cause instanceof Error ? error.cause.name : error instanceof Error ? error.name : "";
  if (name === "AbortError") return "superseded";
  if (name === "InvalidStateError") return "here";
  return name === "NotAllowedError" ? "cancelled" : "failed";
}

/** Ends an exchange that nobody waits for any more. */
export function giveUp(): void {
  WebAuthnAbortService.cancelCeremony();
}
