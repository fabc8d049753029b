// Every page works without this module; it only saves people some typing. All words come from the page (`data-*`).
import "./style.css";
import { offerCopy, offerPrint } from "./copy";
import { focusErrors } from "./errors";
import { warnBeforeLeaving } from "./leave";
import { lookByLink } from "./link";
import { offerToShowPasswords } from "./password";

focusErrors();
lookByLink();
offerToShowPasswords();
offerCopy();
offerPrint();
warnBeforeLeaving();
