import { grouped } from "./grouped";

/**
 * `<kk-number>` around the field for the pick-up number: digits typed or pasted at the end fall into groups of four, as the
 * number is told. Whoever corrects in the middle, deletes or composes (IME) is left alone.
 */
export class TypedNumber extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector("input");
    if (!field) return;
    const group = () => {
      const text = grouped(field.value);
      if (text === undefined || text === field.value) return;
      field.value = text;
      field.setSelectionRange(text.length, text.length);
    };
    field.addEventListener("input", (event) => {
      const { isComposing, inputType } = event as InputEvent;
      const atEnd = field.selectionEnd === field.value.length;
      if (!isComposing && atEnd && inputType?.startsWith("insert")) group();
    });
    field.addEventListener("compositionend", group);
    const form = field.form;
    // The page answered a POST: Back would ask whether to send it again. It leads to the link instead, and that goes on from
    // there: to the files, or to the question for the number.
    form?.addEventListener("submit", () => {
      const secret = form.querySelector<HTMLInputElement>("input[name=secret]")?.value;
      if (form.dataset.link && secret) history.replaceState(null, "", `${form.dataset.link}#${secret}`);
    });
  }
}
