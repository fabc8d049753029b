// Mails as a recipient has them: found in the maildir, decoded, the link taken out.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Id and code of the newest link that was mailed to `address`. */
export async function newestOffer(maildir, address) {
  for (let tries = 0; tries < 100; tries += 1) {
    const offers = await offersTo(maildir, address);
    if (offers.length > taken(address)) {
      seen.set(address, offers.length);
      return offers.at(-1);
    }
    await sleep(200);
  }
  throw new Error(`no mail for ${address} within 20 s`);
}

/** The link of the invitation that was mailed to `address`. */
export async function invitation(maildir, address) {
  const folder = join(maildir, "new");
  for (let tries = 0; tries < 100; tries += 1) {
    for (const name of await readdir(folder).catch(() => [])) {
      const text = await readFile(join(folder, name), "utf8");
      if (!headers(text).includes(address)) continue;
      for (const body of bodies(text)) {
        const link = /https:\S+\/join#[0-9a-z]{52}/.exec(body);
        if (link) return link[0];
      }
    }
    await sleep(200);
  }
  throw new Error(`no invitation for ${address} within 20 s`);
}

const seen = new Map();
const taken = (address) => seen.get(address) ?? 0;

async function offersTo(maildir, address) {
  const folder = join(maildir, "new");
  const names = await readdir(folder).catch(() => []);
  const mails = await Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })));
  const offers = mails
    .filter(({ text }) => headers(text).includes(address))
    .map(({ name, text }) => ({ at: date(text), name, offer: linkIn(text) }))
    .filter(({ offer }) => offer);
  offers.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
  return offers.map(({ offer }) => offer);
}

const headers = (mail) => mail.split(/\r?\n\r?\n/, 1)[0];
const date = (mail) => Date.parse(/^Date: (.*)$/m.exec(mail)?.[1] ?? "");

function linkIn(mail) {
  for (const body of bodies(mail)) {
    const link = /\/r\/([0-9a-zA-Z]+)#([0-9a-z]{34})/.exec(body);
    if (link) return { id: link[1], code: link[2] };
  }
  return undefined;
}

/** Every part of a mail as text, whatever its transfer encoding. */
function* bodies(mail) {
  const [head, ...rest] = mail.split(/\r?\n\r?\n/);
  const body = rest.join("\n\n");
  const boundary = /boundary="?([^"\r\n;]+)"?/.exec(head)?.[1];
  if (boundary) {
    for (const part of body.split(`--${boundary}`).slice(1)) yield* bodies(part.replace(/^\r?\n/, ""));
    return;
  }
  const encoding = /^content-transfer-encoding:\s*(\S+)/im.exec(head)?.[1]?.toLowerCase();
  if (encoding === "base64") yield Buffer.from(body, "base64").toString("utf8");
  else if (encoding === "quoted-printable") yield quotedPrintable(body);
  else yield body;
}

function quotedPrintable(text) {
  const joined = text.replace(/=\r?\n/g, "");
  return joined.replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
