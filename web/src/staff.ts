// What staff loads. Every page works without it; it saves people time. All words come from the page (`data-*`).
import "./staff.css";
import { Keep } from "../components/draft/keep";
import { Save } from "../components/draft/save";
import { Stay } from "../components/draft/stay";
import { Password } from "../components/field/password";
import { Idle } from "../components/idle/idle";
import { Live } from "../components/live/live";
import { Onward } from "../components/onward/onward";
import { Copy } from "../components/number/copy";
import { Handover } from "../components/number/handover";
import { Leave } from "../components/number/leave";
import { NewPasskey } from "../components/passkey/new";
import { Passkey } from "../components/passkey/passkey";
import { Recipients } from "../components/recipients/recipients";
import { Print } from "../components/sheet/print";
import { Arrivals } from "../components/upload/arrivals";
import { Line } from "../components/upload/line";
import { Upload } from "../components/upload/upload";

customElements.define("kk-password", Password);
customElements.define("kk-passkey", Passkey);
customElements.define("kk-new-passkey", NewPasskey);
customElements.define("kk-idle", Idle);
customElements.define("kk-copy", Copy);
customElements.define("kk-onward", Onward);
customElements.define("kk-print", Print);
customElements.define("kk-handover", Handover);
customElements.define("kk-leave", Leave);
customElements.define("kk-live", Live);
// The page around a draft first: it says which draft the elements within it are about.
customElements.define("kk-stay", Stay);
customElements.define("kk-upload", Upload);
customElements.define("kk-line", Line);
customElements.define("kk-arrivals", Arrivals);
customElements.define("kk-recipients", Recipients);
customElements.define("kk-save", Save);
customElements.define("kk-keep", Keep);
