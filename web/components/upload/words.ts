/** A text of the page with its places filled: `{name}` stands for what is called `name`. */
export function fill(text: string | undefined, values: Record<string, string>): string {
  return (text ?? "").replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

const language = (): string => document.documentElement.lang || "en";

function told(value: number, unit: string, display: "short" | "long"): string {
  return new Intl.NumberFormat(language(), {
    style: "unit",
    unit,
    unitDisplay: display,
    maximumFractionDigits: display === "long" ? 0 : 1,
  }).format(value);
}

const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

function largest(bytes: number): [number, string] {
  let [value, place] = [bytes, 0];
  while (value >= 999.5 && place < SIZES.length - 1) [value, place] = [value / 1000, place + 1];
  return [value, SIZES[place] ?? "byte"];
}

/** A size in powers of 1,000, as people of the page's language read it: "1.4 MB". */
export function size(bytes: number): string {
  const [value, unit] = largest(bytes);
  return told(value, unit, "short");
}

/** Bytes per second: "1.4 MB/s". */
export function speed(bytes: number): string {
  const [value, unit] = largest(bytes);
  return told(value, `${unit}-per-second`, "short");
}

/** A length of time, rounded up in its largest unit: "8 seconds". */
export function time(seconds: number): string {
  if (seconds < 90) return told(Math.max(1, Math.ceil(seconds)), "second", "long");
  if (seconds < 5400) return told(Math.ceil(seconds / 60), "minute", "long");
  return told(Math.ceil(seconds / 3600), "hour", "long");
}
