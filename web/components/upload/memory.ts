/*
 * Which upload belongs to which file on this computer, so that it goes on after a reload. What is kept is a digest of the
 * file's name, size and time, and the id of the upload: neither name nor content.
 */
const PREFIX = "kk-upload:";
/** Longer than the server keeps an unfinished upload. */
const KEPT = 7 * 24 * 3600 * 1000;

export type FileLike = Pick<File, "name" | "size" | "type" | "lastModified">;

/** What tells a file from others of the same name: the same one must be continued, or bytes of two would be mixed. */
export async function digestOf(transfer: string, file: FileLike): Promise<string> {
  const text = JSON.stringify([transfer, file.name, file.size, file.type, file.lastModified]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function remember(digest: string, id: string): void {
  forgetOld();
  write(() => localStorage.setItem(PREFIX + digest, `${id} ${Date.now()}`));
}

export function recall(digest: string): string | undefined {
  return read(PREFIX + digest)?.split(" ")[0];
}

export function forget(digest: string): void {
  write(() => localStorage.removeItem(PREFIX + digest));
}

function forgetOld(): void {
  write(() => {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    const old = keys.filter((key) => Date.now() - Number(read(key)?.split(" ")[1]) > KEPT);
    for (const key of old) localStorage.removeItem(key);
  });
}

/** A browser that keeps nothing lets uploads begin anew. */
function write(step: () => void): void {
  try {
    step();
  } catch {
    return;
  }
}

function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}
