import { say } from "../shell/say";

/** What elements say of themselves (`data-say`), by their ids. */
export function words(within: ParentNode): Map<string, string> {
  return new Map([...within.querySelectorAll<HTMLElement>("[data-say]")].map((one) => [one.id, one.dataset["say"] ?? ""]));
}

/** Reads out what is said now and was not said before. */
export function news(before: Map<string, string>, within: ParentNode): void {
  const fresh = [...words(within)].filter(([id, said]) => before.get(id) !== said).map(([, said]) => said);
  if (fresh.length) say(fresh.join("\n"));
}
