import { active } from "../shell/active";

/** What the server refused, in its words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    title: string,
    readonly code = "",
  ) {
    super(title);
  }
}

/** The words of a refusal (RFC 9457); empty when the answer holds none. */
export function titleOf(body: string): string {
  return memberOf(body, "title");
}

function memberOf(body: string, name: "title" | "code"): string {
  try {
    const problem: unknown = JSON.parse(body);
    const known: Partial<Record<typeof name, unknown>> = typeof problem === "object" && problem !== null ? problem : {};
    return String(known[name] ?? "");
  } catch {
    return "";
  }
}

/** An answer as a refusal. */
export async function refusalOf(answer: Response): Promise<Refusal> {
  const body = await answer.text();
  return new Refusal(answer.status, titleOf(body), memberOf(body, "code"));
}

export interface Options {
  message?: string;
  keep_hours?: number;
}

/** The draft that the page is about: there is none until something is put into it. */
export class Draft extends EventTarget {
  id = "";
  #csrf = "";
  #begun: Promise<string> | undefined;

  /** Takes over what a page says of itself. */
  bind(id: string, csrf: string): void {
    if (id && id !== this.id) this.#begun = undefined;
    [this.id, this.#csrf] = [id || this.id, csrf];
  }

  /** Headers of every request to the programming interface. */
  get headers(): Record<string, string> {
    return { "X-CSRF-Token": this.#csrf, "Accept-Language": document.documentElement.lang };
  }

  /** The draft's id; the first call makes the draft. */
  begin(options: () => Options): Promise<string> {
    if (this.id) return Promise.resolve(this.id);
    this.#begun ??= this.#make(options()).catch((error: unknown) => {
      this.#begun = undefined;
      throw error;
    });
    return this.#begun;
  }

  async #make(options: Options): Promise<string> {
    const answer = await this.call("POST", "/transfers", options);
    const made = (await answer.json()) as { id: string };
    this.id = made.id;
    this.dispatchEvent(new Event("made"));
    return this.id;
  }

  /** Calls the programming interface; what is refused is thrown in the server's words. */
  async call(method: string, path: string, body?: object, keepalive = false): Promise<Response> {
    const headers = { ...this.headers, ...(body && { "Content-Type": "application/json" }) };
    const answer = await fetch(`/api/v1${path}`, { method, headers, keepalive, ...(body && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw await refusalOf(answer);
    active();
    return answer;
  }
}

export const draft = new Draft();
