import type { Item } from "./uploads";
import { fill, size, speed, time } from "./words";

export type Part = "name" | "size" | "state" | "bar" | "note" | "pause" | "resume" | "remove";

/** The element of a row or banner that plays `part`. */
export function part<T extends HTMLElement = HTMLElement>(within: ParentNode, name: string): T | undefined {
  return within.querySelector<T>(`[data-part="${name}"]`) ?? undefined;
}

/** Shows how far a file is, in the words that the list brings along (`data-*`). */
export function show(row: HTMLElement, item: Item, words: DOMStringMap): void {
  const percent = percentOf(item);
  const state = part(row, "state");
  if (state) state.textContent = stateOf(item, percent, words);
  const bar = part<HTMLProgressElement>(row, "bar");
  if (bar) [bar.value, bar.hidden] = [item.sent, item.stage === "done"];
  const held = document.activeElement;
  const offer = (name: Part, offered: boolean) => {
    const button = part(row, name);
    if (button) button.hidden = !offered;
  };
  offer("pause", item.stage === "running" || item.stage === "waiting" || item.stage === "lost");
  offer("resume", item.stage === "paused");
  // A button that goes does not take the focus with it.
  if (held instanceof HTMLElement && held.hidden && row.contains(held)) {
    [...row.querySelectorAll<HTMLElement>("button")].find((button) => !button.hidden)?.focus();
  }
}

/** Whole percents; a hundred only when the server has said so. */
export function percentOf(item: Item): number {
  if (item.stage === "done") return 100;
  return Math.min(99, Math.floor((item.sent / item.file.size) * 100));
}

function stateOf(item: Item, percent: number, words: DOMStringMap): string {
  const values: Record<string, string> = { percent: String(percent) };
  if (item.stage === "done") return words["done"] ?? "";
  if (item.stage === "paused") return fill(words["paused"], values);
  if (item.stage === "lost") return fill(words["lost"], values);
  const left = item.pace.left(item.file.size - item.sent);
  if (item.stage === "waiting" || left === undefined) return fill(words["arrived"], values);
  return fill(words["moving"], { ...values, speed: speed(item.pace.speed), time: time(left) });
}

/** Makes a row for a file that the page does not list yet. */
export function rowOf(template: HTMLTemplateElement, item: Item, key: string): HTMLElement | undefined {
  const row = template.content.firstElementChild?.cloneNode(true);
  if (!(row instanceof HTMLElement)) return undefined;
  const [name, bytes, bar] = [part(row, "name"), part(row, "size"), part<HTMLProgressElement>(row, "bar")];
  if (name) [name.textContent, name.id] = [item.name, `file-${key}`];
  if (bytes) bytes.textContent = size(item.file.size);
  if (bar) {
    bar.max = item.file.size;
    bar.setAttribute("aria-labelledby", `file-${key}`);
  }
  for (const verb of ["pause", "resume", "remove"] as const) {
    const button = part(row, verb);
    if (!button) continue;
    button.id = `${verb}-${key}`;
    button.setAttribute("aria-labelledby", `${verb}-${key} file-${key}`);
  }
  return row;
}
