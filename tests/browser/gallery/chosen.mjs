// The states whose looks and words are kept in tests/golden, one or two of each kind of page; each with both languages for
// the words, and for the looks in Japanese on a phone and in English at a desk.
export const CHOSEN = [
  "sign-in",
  "sign-in-wrong",
  "password-forced",
  "me",
  "office",
  "send-empty",
  "send",
  "send-refused",
  "check",
  "sent",
  "transfers",
  "transfer",
  "recall",
  "extend",
  "r",
  "locked",
  "locked-wrong",
  "files",
  "files-partly",
  "closed",
  "expired",
  "recalled",
  "paused",
];

/** Pages that people print. */
export const PRINTED = ["sent", "files", "closed"];

/** How the looks are taken. */
export const LOOKS = [
  { name: "390", language: "ja", options: { viewport: { width: 390, height: 844 } }, names: CHOSEN },
  { name: "1280", language: "en", options: { viewport: { width: 1280, height: 1024 } }, names: CHOSEN },
  { name: "print", language: "ja", options: { viewport: { width: 680, height: 1010 } }, media: "print", names: PRINTED },
];

/** The states of `names` in `language`; one that is gone is a fault of the list. */
export function pick(states, names, language) {
  return names.map((name) => {
    const found = states.find((state) => state.name === name && state.language === language);
    if (!found) throw new Error(`chosen.mjs names the state ${name}, which the gallery does not have`);
    return found;
  });
}
