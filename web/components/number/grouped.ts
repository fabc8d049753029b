/** What the server reads past as well: blanks and dashes of all kinds (`crypt::spelling`). */
const FILLER = /[\s\-‐-―−ー～〜_~]/g;

/** Digits in groups of four; none when something else stands among them. */
export function grouped(typed: string): string | undefined {
  const digits = typed.normalize("NFKC").replace(FILLER, "");
  if (!/^\d+$/.test(digits)) return undefined;
  return digits.replace(/(\d{4})(?=\d)/g, "$1 ");
}
