// Files under tests/golden that hold what was accepted. `KAKITOME_ACCEPT=1` writes them (`make gallery-accept`); else what is
// seen is compared, and what differs is laid under test-results for a diff. A missing file is a failure.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../../", import.meta.url);
export const ACCEPT = process.env.KAKITOME_ACCEPT === "1";

export class Golden {
  /** Files of `kind` (a folder); `differs(accepted, seen)` says how, or null. */
  constructor(kind, differs = (accepted, seen) => (accepted === seen ? null : "differs")) {
    Object.assign(this, { kind, differs, faults: [], names: new Set() });
  }

  /** Compares or accepts `seen` under `name`. */
  async see(name, seen) {
    const path = `tests/golden/${this.kind}/${name}.txt`;
    this.names.add(`${name}.txt`);
    if (ACCEPT) return save(path, seen);
    const accepted = await readFile(new URL(path, ROOT), "utf8").catch(() => null);
    const how = accepted === null ? "is missing: look at the page, then `make gallery-accept`" : this.differs(accepted, seen);
    if (how === null) return;
    const kept = `test-results/golden/${this.kind}/${name}.txt`;
    await save(kept, seen);
    this.faults.push(`${path} ${how}${accepted === null ? "" : ` (diff ${path} ${kept})`}`);
  }

  /** Ends a full round: a file that nothing was compared with is stale. Returns the faults. */
  async end() {
    const folder = new URL(`tests/golden/${this.kind}/`, ROOT);
    const files = await readdir(folder).catch(() => []);
    for (const file of files.filter((file) => file.endsWith(".txt") && !this.names.has(file))) {
      if (ACCEPT) await rm(new URL(file, folder));
      else this.faults.push(`tests/golden/${this.kind}/${file} belongs to no page any more: \`make gallery-accept\``);
    }
    return this.faults;
  }
}

async function save(path, text) {
  const file = fileURLToPath(new URL(path, ROOT));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
