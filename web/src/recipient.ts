// What recipients load: as little as helps. Every page works without it. All words come from the page (`data-*`).
import "./recipient.css";
import { Collect } from "../components/files/collect";
import { Link } from "../components/link/link";
import { TypedNumber } from "../components/number/typed";

customElements.define("kk-link", Link);
customElements.define("kk-number", TypedNumber);
customElements.define("kk-collect", Collect);
