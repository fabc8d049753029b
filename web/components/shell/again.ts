/** Milliseconds after which an answer is not waited for any longer. */
const PATIENCE = 60_000;

/**
 * Asks for this page again, as a parsed document: markup as text would be refused by the page's trusted types. The gateway
 * is told that nobody has to be there (`Kakitome-Watch`), so that looking keeps no session alive. `tag` is the ETag of the
 * page that is known, if there is one; `address` is where this page is by GET, where that is not its own address.
 */
export function again(
  tag: string,
  answered: (request: XMLHttpRequest) => void,
  failed?: () => void,
  address = location.pathname + location.search,
): void {
  const request = new XMLHttpRequest();
  request.open("GET", address);
  request.responseType = "document";
  request.timeout = PATIENCE;
  request.setRequestHeader("Kakitome-Watch", "1");
  if (tag) request.setRequestHeader("If-None-Match", tag);
  request.onload = () => answered(request);
  if (failed) [request.onerror, request.ontimeout] = [failed, failed];
  request.send();
}
