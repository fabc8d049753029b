// What staff loads. Every page works without it; it saves people time. All words come from the page (`data-*`).
import "./staff.css";
import { Password } from "../components/field/password";
import { Live } from "../components/live/live";
import { Onward } from "../components/onward/onward";
import { Copy } from "../components/number/copy";
import { Handover } from "../components/number/handover";
import { Leave } from "../components/number/leave";
import { Print } from "../components/sheet/print";

customElements.define("kk-password", Password);
customElements.define("kk-copy", Copy);
customElements.define("kk-onward", Onward);
customElements.define("kk-print", Print);
customElements.define("kk-handover", Handover);
customElements.define("kk-leave", Leave);
customElements.define("kk-live", Live);
