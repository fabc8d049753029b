"""A log of a million entries: how long the gateway takes to place, publish and check it, and both programs to verify it.

`make bench`; BENCH_ENTRIES sets how many. The entries are written straight into the database as they would be, and wait there
for their places like any other.
"""

import os
import pathlib
import sqlite3
import subprocess
import time
import uuid

from bench import BINARY, ROOT, Gateway, run, say

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
PYTHON = pathlib.Path("tests/clients/.venv/bin/python")


def leaf(number, at):
    """One event as it is kept, some 400 bytes."""
    ids = [uuid.UUID(int=(at << 80) | (7 << 76) | (2 << 62) | number * 4 + which) for which in range(3)]
    text = (
        f'{{"actor":{{"by":"recipient","id":"{ids[1]}"}},"at":{at},"bytes":4096,"commitments":'
        f'{{"source":"{number:064x}"}},"complete":true,"event":"bytes_served","id":"{ids[0]}","outcome":"ok",'
        f'"subject":{{"delivery":"{ids[1]}","transfer":"{ids[2]}"}},"v":1}}'
    )
    return str(ids[0]), text.encode()


def fill(database):
    at = int(time.time() * 1000) - 3_600_000
    events = ((id, at, "bytes_served", "ok", bytes) for id, bytes in (leaf(number, at) for number in range(ENTRIES)))
    with sqlite3.connect(database) as db:
        db.executemany("INSERT INTO events (id, at, event, outcome, leaf) VALUES (?, ?, ?, ?, ?)", events)
        db.execute("INSERT INTO log_pending (event_id) SELECT id FROM events WHERE event = 'bytes_served'")


def timed(*command):
    """Seconds, and the most memory in MiB, of a command."""
    begun = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, state, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(state) != 0:
        raise SystemExit(process.stderr.read().decode()[-2000:])
    return time.monotonic() - begun, used.ru_maxrss / 1024


def main():
    gateway = Gateway()
    gateway.stop()
    database = gateway.dir / "data" / "kakitome.sqlite"
    say(f"{ENTRIES} entries are written")
    fill(database)
    gateway.start()
    begun = time.monotonic()
    with sqlite3.connect(database, timeout=60) as db:
        while db.execute("SELECT count(*) FROM (SELECT 1 FROM log_pending LIMIT 1)").fetchone()[0]:
            time.sleep(0.5)
        while not db.execute("SELECT 1 FROM logs WHERE signed_size >= ?", (ENTRIES,)).fetchone():
            time.sleep(0.1)
    placed = time.monotonic() - begun
    gateway.stop()
    where = gateway.places
    key = run(BINARY, "audit", "key", *map(str, where)).split()[-1]
    published, archive = ROOT / "published", ROOT / "log.zip"
    rows = [("entries placed and signed", placed, None)]
    for name, command in [
        ("kakitome audit publish, a directory", [BINARY, "audit", "publish", published, *where]),
        ("kakitome audit publish, a zip", [BINARY, "audit", "publish", archive, *where]),
        ("kakitome audit check, out of the database", [BINARY, "audit", "check", *where]),
        ("kakitome audit verify, the zip", [BINARY, "audit", "verify", archive, "--key", key]),
        ("verify.py, the zip", [PYTHON, "docs/manual/verify.py", archive, key]),
    ]:
        seconds, memory = timed(*command)
        rows.append((name, seconds, memory))
        say(f"{name}: {seconds:.1f} s")
    print(f"| a log of {ENTRIES:,} entries | time | entries per second | most memory |\n|---|---|---|---|")
    for name, seconds, memory in rows:
        memory = f"{memory:.0f} MiB" if memory else ""
        print(f"| {name} | {seconds:.1f} s | {ENTRIES / seconds:,.0f} | {memory} |")
    print(f"The zip has {archive.stat().st_size / 2**20:.0f} MiB.")


if __name__ == "__main__":
    main()
