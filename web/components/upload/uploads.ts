import { type DetailedError, Upload } from "tus-js-client";
import { type Draft, draft as theDraft, titleOf } from "../draft/draft";
import { digestOf, forget, remember } from "./memory";
import { Pace } from "./pace";

/** `lost`: the line broke; it is tried again by itself. `refused`: the server does not want it. */
export type Stage = "waiting" | "running" | "paused" | "lost" | "done" | "refused";

/** A file on its way. */
export interface Item {
  readonly file: File;
  readonly name: string;
  /** Its id on the server, once it was announced. */
  id: string;
  stage: Stage;
  sent: number;
  /** Why it was refused. */
  why: string;
  readonly pace: Pace;
  upload?: Upload;
}

/** How many files travel at once. */
const LANES = 3;
/** Seconds until a broken line is tried again, the last for ever. */
const PATIENCE = [1, 2, 3, 5, 10, 20, 30];
/** Without a byte for so long it says so. */
const STALL = 30_000;
/** A running upload keeps the session alive, however short its limit: its own request began long ago. */
const ALIVE = 45_000;

const ENDPOINT = "/api/v1/uploads";

/**
 * The files on their way to the draft. They outlive the page's content (see `kk-stay`), because a browser forgets chosen
 * files when it goes on to another page. Says `change` whenever something moved.
 */
export class Uploads extends EventTarget {
  readonly items: Item[] = [];
  #tries = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #pinged = 0;
  #locked = false;

  constructor(readonly draft: Draft) {
    super();
    globalThis.addEventListener?.("online", () => this.resumeNow());
    globalThis.document?.addEventListener("kk-unlocked", () => this.resumeNow());
    // Back from the tab in which the session was unlocked.
    globalThis.document?.addEventListener("visibilitychange", () => {
      if (this.locked && document.visibilityState === "visible") this.resumeNow();
    });
    globalThis.addEventListener?.("beforeunload", (event) => {
      if (this.busy) event.preventDefault();
    });
  }

  /** Whether a file is not there yet that only this page holds. */
  get busy(): boolean {
    return this.items.some((item) => item.stage !== "done" && item.stage !== "refused");
  }

  get lost(): boolean {
    return this.items.some((item) => item.stage === "lost");
  }

  /** Whether what is lost waits for somebody to unlock the session. */
  get locked(): boolean {
    return this.#locked && this.lost;
  }

  get stalled(): boolean {
    const still = (item: Item) => item.stage === "running" && Date.now() - item.pace.movedAt > STALL;
    return this.items.some(still);
  }

  find(id: string): Item | undefined {
    return this.items.find((item) => item.id === id && id !== "");
  }

  /** Adds a file of the draft; `id` names the unfinished upload that it continues. */
  add(file: File, name: string, id = ""): Item {
    const item: Item = { file, name, id, stage: "waiting", sent: 0, why: "", pace: new Pace() };
    this.items.push(item);
    this.#next();
    return item;
  }

  pause(item: Item): void {
    if (item.stage === "done") return;
    item.stage = "paused";
    void item.upload?.abort();
    this.#next();
  }

  resume(item: Item): void {
    if (item.stage !== "paused") return;
    item.stage = "waiting";
    this.#next();
  }

  /** Forgets a file; on the server it is removed by whoever asked for it. */
  drop(item: Item): void {
    void item.upload?.abort();
    const place = this.items.indexOf(item);
    if (place >= 0) this.items.splice(place, 1);
    void this.#digest(item).then(forget);
    this.#next();
  }

  /** Tries at once what waits for the line to come back. */
  resumeNow(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    for (const item of this.items) if (item.stage === "lost") item.stage = "waiting";
    this.#next();
  }

  #next(): void {
    const running = this.items.filter((item) => item.stage === "running").length;
    const waiting = this.items.filter((item) => item.stage === "waiting");
    for (const item of waiting.slice(0, Math.max(0, LANES - running))) this.#start(item);
    this.#keepWatch();
    this.#changed();
  }

  #start(item: Item): void {
    item.stage = "running";
    item.pace.begin(item.sent);
    item.upload ??= this.#prepare(item);
    item.upload.start();
  }

  #prepare(item: Item): Upload {
    const upload = new Upload(item.file, {
      // A known upload is only ever continued: one that is gone was removed elsewhere, and does not begin anew.
      ...(item.id ? { uploadUrl: `${location.origin}${ENDPOINT}/${item.id}` } : { endpoint: location.origin + ENDPOINT }),
      metadata: { transfer: this.draft.id, filename: item.name, filetype: item.file.type },
      headers: this.draft.headers,
      retryDelays: null,
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => this.#announced(item),
      onProgress: (sent) => this.#moved(item, sent),
      onSuccess: () => this.#done(item),
      onError: (error) => this.#failed(item, error),
    });
    return upload;
  }

  #announced(item: Item): void {
    item.id = item.upload?.url?.split("/").pop() ?? "";
    if (item.upload) item.upload.options.endpoint = null;
    void this.#digest(item).then((digest) => remember(digest, item.id));
    this.#changed();
  }

  #digest(item: Item): Promise<string> {
    return digestOf(this.draft.id, item.file);
  }

  #moved(item: Item, sent: number): void {
    if (item.stage !== "running") return;
    if (sent > item.sent) [this.#tries, this.#locked] = [0, false];
    item.sent = sent;
    item.pace.note(sent);
    this.#changed();
  }

  #done(item: Item): void {
    [item.stage, item.sent] = ["done", item.file.size];
    void this.#digest(item).then(forget);
    this.#next();
  }

  #failed(item: Item, error: Error | DetailedError): void {
    // What was paused or removed broke off on purpose.
    if (item.stage !== "running") return;
    const answer = "originalResponse" in error ? error.originalResponse : null;
    const status = answer?.getStatus() ?? 0;
    if (status === 404 && item.id) {
      item.stage = "refused";
      this.dispatchEvent(new CustomEvent("gone", { detail: item }));
      this.drop(item);
      return;
    }
    // Conflicts of place and use pass: another request is just ending. So does a locked session, once it is unlocked.
    if (status === 0 || status >= 500 || [401, 409, 423, 429].includes(status)) {
      item.stage = "lost";
      this.#locked = status === 401;
      this.#later();
    } else {
      [item.stage, item.why] = ["refused", titleOf(answer?.getBody() ?? "")];
      this.dispatchEvent(new CustomEvent("refused", { detail: item }));
    }
    this.#next();
  }

  #later(): void {
    if (this.#retry !== undefined) return;
    const wait = PATIENCE[Math.min(this.#tries, PATIENCE.length - 1)] ?? 30;
    this.#tries += 1;
    this.#retry = setTimeout(() => this.resumeNow(), wait * 1000);
  }

  #keepWatch(): void {
    const running = this.items.some((item) => item.stage === "running");
    if (running && this.#watch === undefined) {
      this.#pinged = Date.now();
      this.#watch = setInterval(() => this.#look(), 1000);
    } else if (!running) {
      clearInterval(this.#watch);
      this.#watch = undefined;
    }
  }

  #look(): void {
    if (Date.now() - this.#pinged >= ALIVE) {
      this.#pinged = Date.now();
      this.draft.call("GET", "/me").catch(() => undefined);
    }
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

export const uploads = new Uploads(theDraft);
