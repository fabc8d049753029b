import { Look } from "./look";
import { morph } from "./morph";
import { news, words } from "./words";

/**
 * `<kk-live>` around what changes by itself: looks whether the page has news, and changes what changed. Elements with
 * `data-say` are read out when that changes.
 */
export class Live extends Look {
  protected readonly soon = 4_000;
  protected readonly late = 60_000;

  protected take(page: Document): boolean | undefined {
    const fresh = page.querySelector("kk-live");
    if (!fresh) return undefined;
    if (this.isEqualNode(fresh)) return false;
    const before = words(this);
    morph(this, fresh);
    news(before, this);
    return true;
  }
}
