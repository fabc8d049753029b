// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Draft } from "../draft/draft";
import { recall, digestOf } from "./memory";

interface Options {
  uploadUrl?: string;
  endpoint?: string | null;
  metadata: Record<string, string>;
  onProgress(sent: number): void;
  onSuccess(): void;
  onError(error: Error): void;
  onUploadUrlAvailable(): void;
}

const made = vi.hoisted(() => [] as { url: string | null; options: Options; starts: number; aborts: number }[]);

vi.mock("tus-js-client", () => ({
  Upload: class {
    url: string | null = null;
    starts = 0;
    aborts = 0;
    constructor(
      _: File,
      readonly options: Options,
    ) {
      made.push(this);
    }
    start(): void {
      this.starts += 1;
    }
    abort(): Promise<void> {
      this.aborts += 1;
      return Promise.resolve();
    }
  },
}));

const { Uploads } = await import("./uploads");
type Uploads = InstanceType<typeof Uploads>;

let uploads: Uploads;
const draft = new Draft();
const file = (name: string, size = 1000) => new File([new Uint8Array(size)], name, { lastModified: 5 });
const refusal = (status: number, body = "") =>
  Object.assign(new Error("refused"), { originalResponse: status ? { getStatus: () => status, getBody: () => body } : null });

beforeEach(() => {
  vi.useFakeTimers();
  made.length = 0;
  localStorage.clear();
  draft.bind("d1", "c");
  uploads = new Uploads(draft);
});

afterEach(() => {
  for (const item of [...uploads.items]) uploads.drop(item);
  vi.useRealTimers();
});

test("three travel at once, and the next starts when one is there", () => {
  for (const name of ["a", "b", "c", "d"]) uploads.add(file(name), name);
  expect(uploads.items.map(({ stage }) => stage)).toEqual(["running", "running", "running", "waiting"]);
  expect(made[0]!.options.metadata).toEqual({ transfer: "d1", filename: "a", filetype: "" });
  made[1]!.options.onSuccess();
  expect(uploads.items.map(({ stage }) => stage)).toEqual(["running", "done", "running", "running"]);
  expect(uploads.busy).toBe(true);
});

test("a broken line is tried again by itself, patiently, and at once when asked or online", () => {
  const item = uploads.add(file("a"), "a");
  made[0]!.options.onError(refusal(0));
  expect([item.stage, uploads.lost]).toEqual(["lost", true]);
  vi.advanceTimersByTime(1000);
  expect([item.stage, made[0]!.starts]).toEqual(["running", 2]);
  made[0]!.options.onError(refusal(503));
  vi.advanceTimersByTime(1000);
  expect(item.stage).toBe("lost");
  uploads.resumeNow();
  expect(made[0]!.starts).toBe(3);
  made[0]!.options.onError(refusal(0));
  dispatchEvent(new Event("online"));
  expect(made[0]!.starts).toBe(4);
  expect(made).toHaveLength(1);
});

test("what the server refuses is told in its words, and the others go on", () => {
  const told = vi.fn();
  uploads.addEventListener("refused", told);
  const [bad, good] = [uploads.add(file("a"), "a"), uploads.add(file("b"), "b")];
  made[0]!.options.onError(refusal(413, '{"title":"50 GB を超えています"}'));
  expect([bad.stage, bad.why, good.stage]).toEqual(["refused", "50 GB を超えています", "running"]);
  expect(told).toHaveBeenCalledOnce();
});

test("an upload that was removed elsewhere does not begin anew", () => {
  const item = uploads.add(file("a"), "a", "f1");
  expect(made[0]!.options.uploadUrl).toContain("/api/v1/uploads/f1");
  expect(made[0]!.options.endpoint).toBeUndefined();
  made[0]!.options.onError(refusal(404));
  expect(uploads.items).not.toContain(item);
});

test("paused is paused until it is resumed, also when the line comes back", () => {
  const item = uploads.add(file("a"), "a");
  uploads.pause(item);
  made[0]!.options.onError(new Error("aborted"));
  uploads.resumeNow();
  expect([item.stage, made[0]!.aborts, made[0]!.starts]).toEqual(["paused", 1, 1]);
  uploads.resume(item);
  expect([item.stage, made[0]!.starts]).toEqual(["running", 2]);
});

test("without a byte for half a minute it is stalled", () => {
  uploads.add(file("a"), "a");
  made[0]!.options.onProgress(10);
  vi.advanceTimersByTime(29_000);
  expect(uploads.stalled).toBe(false);
  vi.advanceTimersByTime(2_000);
  expect(uploads.stalled).toBe(true);
  made[0]!.options.onProgress(20);
  expect(uploads.stalled).toBe(false);
});

test("a running upload keeps the session alive, a finished one does not", () => {
  const call = vi.spyOn(draft, "call").mockResolvedValue(new Response());
  uploads.add(file("a"), "a");
  vi.advanceTimersByTime(46_000);
  expect(call).toHaveBeenCalledExactlyOnceWith("GET", "/me");
  made[0]!.options.onSuccess();
  vi.advanceTimersByTime(600_000);
  expect(call).toHaveBeenCalledOnce();
});

test("leaving is asked about while something is on its way", () => {
  const leaves = () => dispatchEvent(new Event("beforeunload", { cancelable: true }));
  uploads.add(file("a"), "a");
  expect(leaves()).toBe(false);
  made[0]!.options.onSuccess();
  expect(leaves()).toBe(true);
});

test("what is remembered tells the same file, and names none", async () => {
  vi.useRealTimers();
  const same = file("秘密.pdf");
  const item = uploads.add(same, "秘密.pdf");
  made[0]!.url = "https://x/api/v1/uploads/f7";
  made[0]!.options.onUploadUrlAvailable();
  const digest = await digestOf("d1", same);
  await vi.waitFor(() => expect(recall(digest)).toBe("f7"));
  expect(JSON.stringify({ ...localStorage })).not.toContain("秘密");
  expect(await digestOf("d1", new File([], "秘密.pdf", { lastModified: 6 }))).not.toBe(digest);
  made[0]!.options.onSuccess();
  await vi.waitFor(() => expect(recall(digest)).toBeUndefined());
  expect(item.id).toBe("f7");
});

test("a locked session is told apart from a broken line until bytes move again", () => {
  const item = uploads.add(file("a"), "a");
  made[0]!.options.onError(refusal(401));
  expect([item.stage, uploads.lost, uploads.locked]).toEqual(["lost", true, true]);
  document.dispatchEvent(new Event("visibilitychange"));
  expect([item.stage, uploads.locked, made[0]!.starts]).toEqual(["running", false, 2]);
  made[0]!.options.onError(refusal(0));
  expect([uploads.lost, uploads.locked]).toEqual([true, false]);
});
