/** What was chosen by hand, with a button or by dropping. */
export interface Limits {
  files: number;
  bytes: number;
  /** Bytes of a file that the scanner takes, where larger ones are not sent. */
  scanned?: number | undefined;
}

/** A file that the draft has already. */
export interface Present {
  id: string;
  name: string;
  size: number;
  whole: boolean;
}

export type Reason = "empty" | "tooBig" | "notScanned" | "tooMuch" | "tooMany";

export interface Sorted {
  /** New files, and the names they get. */
  fresh: { file: File; name: string; renamed: boolean }[];
  /** Files that seem to be the rest of an unfinished upload. */
  known: { file: File; present: Present }[];
  /** What cannot be added; `tooMany` says how many files were left out. */
  refused: { reason: Reason; name: string; size: number; count: number }[];
}

/** Sorts what was chosen: each file is judged alone, and the others go on. */
export function sortOut(chosen: File[], present: Present[], limits: Limits): Sorted {
  const sorted: Sorted = { fresh: [], known: [], refused: [] };
  const taken = new Set(present.map(({ name }) => name.normalize("NFC").toLowerCase()));
  const open = present.filter(({ whole }) => !whole);
  let bytes = present.reduce((sum, { size }) => sum + size, 0);
  let left = limits.files - present.length;
  const tooMany: File[] = [];
  for (const file of chosen) {
    const refuse = (reason: Reason) => sorted.refused.push({ reason, name: file.name, size: file.size, count: 1 });
    const place = open.findIndex(({ name, size }) => name === file.name.normalize("NFC") && size === file.size);
    const [same] = place < 0 ? [] : open.splice(place, 1);
    if (same) sorted.known.push({ file, present: same });
    else if (file.size === 0) refuse("empty");
    else if (file.size > limits.bytes) refuse("tooBig");
    else if (limits.scanned !== undefined && file.size > limits.scanned) refuse("notScanned");
    else if (bytes + file.size > limits.bytes) refuse("tooMuch");
    else if (left <= 0) tooMany.push(file);
    else {
      const name = freeName(file.name, taken);
      taken.add(name.normalize("NFC").toLowerCase());
      [bytes, left] = [bytes + file.size, left - 1];
      sorted.fresh.push({ file, name, renamed: name !== file.name });
    }
  }
  const [first] = tooMany;
  if (first) sorted.refused.push({ reason: "tooMany", name: first.name, size: first.size, count: tooMany.length });
  return sorted;
}

/** `name`, or `name (2)` before its extension, whichever is free. */
export function freeName(name: string, taken: Set<string>): string {
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  const isTaken = (candidate: string) => taken.has(candidate.normalize("NFC").toLowerCase());
  let candidate = name;
  for (let count = 2; isTaken(candidate); count += 1) candidate = `${stem} (${count})${extension}`;
  return candidate;
}

/** Every file of what was dropped, also in folders; their names keep no path. */
export async function dropped(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...transfer.files];
  const files = await Promise.all(entries.map(filesOf));
  return files.flat();
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    return [file];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const all: File[] = [];
  for (;;) {
    // A reader hands its entries out in portions, and an empty one at the end.
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return all;
    all.push(...(await Promise.all(some.map(filesOf))).flat());
  }
}
