// HTML validity of the page as it is served, by html-validate with its preset `standard`, offline.
import { HtmlValidate } from "html-validate";

const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:standard"],
  rules: {
    // A matter of taste that the standard leaves open (HTML, 13.1.1): ours is written in lower case.
    "doctype-style": ["error", { style: "lowercase" }],
  },
});

/** What is wrong with `html`: rule and place. */
export async function invalid(html) {
  const report = await validator.validateString(html);
  return report.results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, selector, line }) => ({ rule: `html ${ruleId}`, text: `${message} (${selector ?? `line ${line}`})` })),
  );
}
