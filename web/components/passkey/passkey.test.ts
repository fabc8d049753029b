// @vitest-environment jsdom
import * as library from "@simplewebauthn/browser";
import { beforeEach, expect, test, vi } from "vitest";
import { Passkey } from "./passkey";

vi.mock("@simplewebauthn/browser", async (original) => ({
  ...(await original<typeof library>()),
  browserSupportsWebAuthn: vi.fn(() => true),
  browserSupportsWebAuthnAutofill: vi.fn(() => Promise.resolve(true)),
  startAuthentication: vi.fn(),
}));
customElements.define("kk-passkey", Passkey);

const OUTPUT = new Uint8Array(32).fill(7);
const fetched = vi.fn();
const answer = (body: object, ok = true) => ({ ok, status: ok ? 200 : 403, json: () => Promise.resolve(body), text: () => Promise.resolve(JSON.stringify(body)) });
const said = (prf?: object) => ({ id: "x", clientExtensionResults: { credProps: {}, ...(prf && { prf }) } });
const notAllowed = () => new library.WebAuthnError({ message: "", code: "ERROR_PASSTHROUGH_SEE_CAUSE_PROPERTY", cause: new DOMException("", "NotAllowedError") });

const element = () => document.querySelector<Passkey>("kk-passkey")!;
const why = () => element().querySelector<HTMLElement>('[data-part="why"]')!;
const settled = () => new Promise((done) => setTimeout(done));

function show(autofill = ""): void {
  document.body.innerHTML = `<p id="status"></p><input autocomplete="username webauthn"><form><kk-passkey data-at="/confirm/passkey" data-next="/send" data-csrf="c5rf" data-cancelled="cancelled" data-failed="failed" ${autofill} hidden><button type="button">Passkey</button><p data-part="why" hidden></p></kk-passkey></form>`;
}

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
  fetched.mockReset().mockImplementation((path: string) => Promise.resolve(answer(path.endsWith("/options") ? { token: "t0ken", options: { challenge: "AA" } } : { next: "/send" })));
  vi.mocked(library.startAuthentication).mockReset().mockResolvedValue(said({ results: { first: OUTPUT.buffer } }) as never);
  vi.mocked(library.browserSupportsWebAuthn).mockReturnValue(true);
  HTMLFormElement.prototype.submit = vi.fn();
});

test("a browser without passkeys shows nothing of them", () => {
  vi.mocked(library.browserSupportsWebAuthn).mockReturnValue(false);
  show();
  expect(element().hidden).toBe(true);
});

test("what the authenticator made of the salt stands beside the credential, once, and the form goes on", async () => {
  show();
  element().querySelector("button")!.click();
  await settled();
  const asked = vi.mocked(library.startAuthentication).mock.calls[0]![0].optionsJSON as { extensions: { prf: { eval: { first: ArrayBuffer } } } };
  expect(asked.extensions.prf.eval.first.byteLength).toBe(32);
  const [path, { headers, body }] = fetched.mock.calls[1] as [string, { headers: Record<string, string>; body: string }];
  expect([path, headers["X-CSRF-Token"]]).toEqual(["/confirm/passkey", "c5rf"]);
  expect(JSON.parse(body)).toEqual({ token: "t0ken", next: "/send", prf: library.bufferToBase64URLString(OUTPUT.buffer), credential: { id: "x", clientExtensionResults: { credProps: {} } } });
  expect(HTMLFormElement.prototype.submit).toHaveBeenCalledOnce();
});

test("giving up is said, and can be tried again", async () => {
  vi.mocked(library.startAuthentication).mockRejectedValueOnce(notAllowed());
  show();
  element().querySelector("button")!.click();
  await settled();
  expect([why().textContent, why().hidden]).toEqual(["cancelled", false]);
  expect(document.querySelector("#status")!.textContent).toBe("cancelled");
  element().querySelector("button")!.click();
  await settled();
  expect(why().hidden).toBe(true);
  expect(HTMLFormElement.prototype.submit).toHaveBeenCalledOnce();
});

test("a refusal is told in the gateway's words", async () => {
  fetched.mockImplementation((path: string) => Promise.resolve(path.endsWith("/options") ? answer({ token: "t", options: { challenge: "AA" } }) : answer({ title: "not this one" }, false)));
  show();
  element().querySelector("button")!.click();
  await settled();
  expect(why().textContent).toBe("not this one");
});

test("the offer in the field begins by itself and does not complain", async () => {
  vi.mocked(library.startAuthentication).mockRejectedValueOnce(notAllowed());
  show("data-autofill");
  await settled();
  expect(vi.mocked(library.startAuthentication).mock.calls[0]![0].useBrowserAutofill).toBe(true);
  expect(why().hidden).toBe(true);
});

test("whoever unlocks in place goes on by itself", async () => {
  show();
  document.body.addEventListener("kk-proven", (event) => event.preventDefault(), { once: true });
  element().querySelector("button")!.click();
  await settled();
  expect(HTMLFormElement.prototype.submit).not.toHaveBeenCalled();
});
