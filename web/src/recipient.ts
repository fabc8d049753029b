// What recipients load: as little as helps. Every page works without it. All words come from the page (`data-*`).
import "./recipient.css";
import { Link } from "../components/link/link";

customElements.define("kk-link", Link);
