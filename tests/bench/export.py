"""A million entries of the log as a file: time, and whether memory grows with the file.

    python3 tests/bench/export.py BINARY [ENTRIES]

Fills a database of its own with made-up entries, exports a tenth of them and then all, and prints a row for each format.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid

BATCH = 20_000
START = 1_764_000_000_000  # 2025-11-24, in ms
STEP = 25_000  # ms between two entries


def fill(path, count):
    """Entries as the gateway writes them: leaf, a kept value, a place in the log."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("DELETE FROM log_pending")
    account = db.execute("SELECT id FROM accounts").fetchone()[0]
    db.execute(
        "INSERT INTO logs (number, origin, size, root, checkpoint, signed_size, left_size, began_at)"
        " VALUES (900, 'bench/audit/2026-900', ?, ?, '', 0, 0, ?)",
        (count, b"\0" * 32, START),
    )
    for first in range(0, count, BATCH):
        events, values, places = [], [], []
        for n in range(first, min(first + BATCH, count)):
            at = START + n * STEP
            head = f"{at:012x}"
            event = str(uuid.UUID(f"{head}7{n & 0xFFF:03x}8000{n:012x}"))
            leaf = {
                "actor": {"by": "account", "id": account},
                "at": at,
                "commitments": {"source": "ab" * 32},
                "event": "signed_in",
                "by": "password",
                "id": event,
                "outcome": "ok",
                "subject": {"account": account},
                "v": 1,
            }
            text = json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()
            events.append((event, at, "signed_in", "ok", account, text, account))
            values.append((event, "source", b"s" * 32, f"192.0.2.{n % 250}".encode(), 0, at + 10**12))
            places.append((900, n, event))
        db.executemany(
            "INSERT INTO events (id, at, event, outcome, account_id, leaf, actor_id) VALUES (?, ?, ?, ?, ?, ?, ?)", events
        )
        db.executemany(
            "INSERT INTO event_values (event_id, field, salt, value, sealed, erase_after) VALUES (?, ?, ?, ?, ?, ?)", values
        )
        db.executemany("INSERT INTO log_entries (log, entry, event_id) VALUES (?, ?, ?)", places)
        db.commit()
    db.close()


def export(binary, places, out, form, more):
    """Seconds, highest resident memory in MiB, size of the file in MiB."""
    command = [binary, "audit", "export", "--format", form, "--purpose", "bench", "--kind", "signed_in", "--out", out, *more]
    began = time.monotonic()
    running = subprocess.Popen(command + places, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(running.pid, 0)
    if status != 0:
        sys.exit(f"the export failed: {status}")
    size = os.path.getsize(out)
    for file in (out, out + ".manifest.json"):
        os.remove(file)
    return time.monotonic() - began, usage.ru_maxrss / 1024, size / 2**20


def main():
    binary, count = os.path.abspath(sys.argv[1]), int((sys.argv[2:] or ["1000000"])[0])
    with tempfile.TemporaryDirectory() as directory:
        data, keys = os.path.join(directory, "data"), os.path.join(directory, "keys")
        places = ["--data", data, "--keys", keys]
        person = ["account", "add", "a@office.example", "--name", "A", "--role", "auditor"]
        subprocess.run([binary, *person, *places], check=True, capture_output=True)
        fill(os.path.join(data, "kakitome.sqlite"), count)
        last = time.strftime("%Y-%m-%d", time.gmtime((START + count // 10 * STEP) / 1000))
        tenth, whole = ["--until", last], ["--until", "2999-12-31"]
        print("| file | entries asked for | time | file | highest resident memory |")
        print("|---|---|---|---|---|")
        for form in ("csv", "jsonl", "cef", "ocsf"):
            for name, more in (("a tenth", tenth), ("all", whole)):
                seconds, memory, size = export(binary, places, os.path.join(directory, "out"), form, more)
                print(f"| {form} | {name} of {count:,} | {seconds:.1f} s | {size:.0f} MiB | {memory:.0f} MiB |")


if __name__ == "__main__":
    main()
