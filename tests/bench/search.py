"""How long questions to a log of many events take, on SQLite and on PostgreSQL: `make bench-search`.

BENCH_EVENTS events (ten million) of two years are written straight into the database, as the product would have written them:
about 15 to a transfer, 20,000 recipients, 300 senders. Then an auditor's page is asked, which finds, counts and shows.
"""

import json
import os
import pathlib
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from statistics import median


from bench import ROOT, BINARY, Gateway, run, say, status
from flood import Browser

EVENTS = int(os.environ.get("BENCH_EVENTS", "10000000"))
TO_A_TRANSFER = 15
PARTIES = 20_000
SENDERS = 300
ROUNDS = 20
DAYS = 730
NOW = int(time.time() * 1000)
PASSWORD = "correct horse battery staple 9"
LIFE = [
    "sealed", "number_shown", "mail_queued", "mail_accepted", "dispatched", "number_told", "link_opened", "link_opened",
    "number_wrong", "number_accepted", "serving_started", "retrieved", "delivery_ended", "shred_intended", "shredded",
]
RECIPIENTS = {"link_opened", "number_wrong", "number_accepted", "serving_started", "retrieved"}
SENDERS_OWN = {"sealed", "number_shown", "number_told"}


def row_id(ms, nth):
    return f"{ms >> 16 & 0xffffffff:08x}-{ms & 0xffff:04x}-7{nth >> 14 & 0xfff:03x}-{0x8000 | nth & 0x3fff:04x}-{random.getrandbits(48):012x}"


def transfers(me):
    """Each transfer with its delivery, and its events, oldest transfer first."""
    count = EVENTS // TO_A_TRANSFER
    step = DAYS * 86_400_000 // count
    senders = [row_id(NOW - DAYS * 86_400_000, n) for n in range(SENDERS - 1)] + [me]
    for n in range(count):
        begun = NOW - DAYS * 86_400_000 + n * step
        party, sender = random.randrange(1, PARTIES + 1), random.choice(senders)
        transfer, delivery = row_id(begun, 0), row_id(begun, 1)
        reference = f"K-{n // 10000 % 10000:04d}-{n % 10000:04d}"
        yield transfer, delivery, reference, party, sender, events(begun, transfer, delivery, party, sender)


def events(begun, transfer, delivery, party, sender):
    at = begun
    for nth, word in enumerate(LIFE):
        at += random.randrange(1, 200_000)
        failed = word == "number_wrong"
        by = {"by": "recipient", "id": delivery} if word in RECIPIENTS else {"by": "account", "id": sender} if word in SENDERS_OWN else {"by": "system"}
        leaf = {"actor": by, "at": at, "commitments": {}, "event": word, "id": "", "outcome": "failed" if failed else "ok"}
        leaf["subject"] = {"delivery": delivery, "transfer": transfer}
        source = f"198.51.{party % 256}.{party // 256 % 256}" if word in RECIPIENTS else "192.0.2.7" if word in SENDERS_OWN else None
        of = None if word in ("sealed", "shred_intended", "shredded") else delivery
        actor = sender if word in SENDERS_OWN else None
        yield row_id(at, nth), at, word, leaf["outcome"], transfer, of, json.dumps(leaf), actor, of and party, source


TABLES = {
    "events": "id, at, event, outcome, transfer_id, delivery_id, leaf, actor_id, party_id",
    "event_sources": "source, event_id",
    "event_values": "event_id, field, salt, value, sealed, erase_after",
    "deliveries": "id, transfer_id, position, public_id, reference, email, name, language, phone, phrase, channel, state, number_digits, search, party_id",
    "parties": "id, email, name, search",
    "transfers": "id, owner_id, state, revision, recipient_key, keep_seconds, grace_seconds, number_digits, sender_slot, file_count, total_bytes, created_at, draft_until, listed_at, finished_at, shredded_at",
}


def rows(me):
    """Table and row, for everything that is written."""
    for n in range(1, PARTIES + 1):
        email, name = f"person{n}@company{n % 4000}.example", f"受取人 {n}"
        yield "parties", (n, email, name, f"{email} {name}")
    for transfer, delivery, reference, party, sender, of in transfers(me):
        email, name = f"person{party}@company{party % 4000}.example", f"受取人 {party}"
        yield "transfers", (transfer, me, "shredded", 1, "", 1, 1, 12, "none", 1, 1, NOW, NOW, NOW, NOW, NOW)
        yield "deliveries", (delivery, transfer, 0, delivery, reference, email, name, "ja", "", "", "phone", "closed", 12, email, party)
        for event in of:
            *event, source = event
            yield "events", (*event[:6], event[6].encode(), *event[7:])
            if source:
                yield "event_sources", (source, event[0])
                yield "event_values", (event[0], "source", b"s" * 32, source.encode(), False, NOW * 2)


def chunks(me, size=100_000):
    """Rows of one table at a time."""
    held = {table: [] for table in TABLES}
    for table, row in rows(me):
        held[table].append(row)
        if len(held[table]) >= size:
            yield table, held[table]
            held[table] = []
    yield from held.items()


class Sqlite:
    name = "SQLite"
    config = ""

    def fill(self, gateway):
        line = sqlite3.connect(gateway.dir / "data/kakitome.sqlite")
        line.execute("PRAGMA synchronous=OFF")
        me = line.execute("SELECT id FROM accounts WHERE email LIKE 'auditor%'").fetchone()[0]
        held = line.execute("SELECT name, sql FROM sqlite_master WHERE type='index' AND sql IS NOT NULL AND tbl_name IN ('events','deliveries')").fetchall()
        for name, _ in held:
            line.execute(f"DROP INDEX {name}")
        for table, some in chunks(me):
            marks = ", ".join("?" * len(TABLES[table].split(",")))
            line.executemany(f"INSERT INTO {table} ({TABLES[table]}) VALUES ({marks})", some)
            line.commit()
        for _, sql in held:
            line.execute(sql)
        line.commit()
        line.close()

    def stop(self):
        pass


class Postgres:
    name = "PostgreSQL"

    def __init__(self):
        self.dir = ROOT / "postgres"
        self.bin = next(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.dir.mkdir()
        shutil.chown(self.dir, "postgres", "postgres")
        ROOT.chmod(0o755)
        self.run("initdb", "-D", self.dir / "data", "-A", "trust", "-U", "kk", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-p {self.port} -k {self.dir} -c listen_addresses=127.0.0.1 -c max_wal_size=8GB -c shared_buffers=512MB -c maintenance_work_mem=512MB"
        self.run("pg_ctl", "-D", self.dir / "data", "-w", "-s", "-l", self.dir / "log", "-o", options, "start")
        self.config = f'[database]\nurl = "postgres://kk@127.0.0.1:{self.port}/postgres"\n'

    def run(self, program, *arguments):
        subprocess.run(["runuser", "-u", "postgres", "--", self.bin / program, *arguments], check=True, stdout=subprocess.DEVNULL)

    def psql(self, text, stdin=None):
        command = [self.bin / "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "kk", "-AtqX", "-v", "ON_ERROR_STOP=1", "-c", text, "postgres"]
        return subprocess.run(command, check=True, capture_output=True, text=True, input=stdin).stdout

    def fill(self, gateway):
        me = self.psql("SELECT id FROM accounts WHERE email LIKE 'auditor%'").strip()
        held = self.psql("SELECT indexname || ';' || indexdef FROM pg_indexes WHERE tablename IN ('events','deliveries') AND indexname NOT LIKE '%pkey'").splitlines()
        for line in held:
            self.psql(f"DROP INDEX {line.split(';')[0]}")
        for table, some in chunks(me):
            override = "SET session_replication_role = replica; "
            text = "".join("\t".join(self.cell(cell) for cell in row) + "\n" for row in some)
            self.psql(f"{override}COPY {table} ({TABLES[table]}) FROM STDIN", text)
        for line in held:
            self.psql(line.split(";", 1)[1])
        self.psql("VACUUM ANALYZE")

    @staticmethod
    def cell(value):
        if value is None:
            return "\\N"
        if isinstance(value, bytes):
            return "\\\\x" + value.hex()
        return str(value)

    def stop(self):
        self.run("pg_ctl", "-D", self.dir / "data", "-m", "immediate", "stop")


def questions():
    """What is asked, and how it is asked anew in each round."""
    party = lambda: random.randrange(1, PARTIES + 1)
    day = lambda back: time.strftime("%Y-%m-%d", time.gmtime(NOW / 1000 - back * 86_400))
    back = lambda: random.randrange(31, DAYS - 31)
    month = lambda: (lambda b: f"from={day(b)}&until={day(b - 30)}")(back())
    return {
        "nothing: the newest": lambda: "",
        "a reference": lambda: f"reference=K-{random.randrange(EVENTS // TO_A_TRANSFER) // 10000 % 10000:04d}-{random.randrange(10000):04d}",
        "the end of a reference": lambda: f"reference={random.randrange(1000, 10000)}",
        "a recipient's address": lambda: f"recipient=person{party()}@",
        "a company": lambda: f"recipient=company{random.randrange(4000)}.example",
        "a company, in a month": lambda: f"recipient=company{random.randrange(4000)}.example&{month()}",
        "a company, a kind": lambda: f"recipient=company{random.randrange(4000)}.example&kind=retrieved",
        "a kind": lambda: "kind=retrieved",
        "a kind that never failed": lambda: "kind=retrieved&result=failed",
        "a kind, in a month": lambda: f"kind=number_wrong&{month()}",
        "failed, any kind": lambda: "result=failed",
        "a sender": lambda: "person=auditor",
        "a sender, a kind, in a month": lambda: f"person=auditor&kind=sealed&{month()}",
        "a recipient's network address": lambda: (lambda p: f"source=198.51.{p % 256}.{p // 256 % 256}")(party()),
        "the office's network address": lambda: "source=192.0.2.7",
        "the office's address, a kind that has none": lambda: "source=192.0.2.7&kind=retrieved",
        "a month": month,
        "a company and the office's address (nothing)": lambda: f"recipient=company{random.randrange(4000)}.example&source=192.0.2.7&result=failed",
    }


def measure(database):
    gateway = Gateway(database.config)
    added = run(BINARY, "account", "add", "auditor@office.example", "--name", "auditor", "--role", "auditor", *gateway.places)
    gateway.stop()
    begun = time.monotonic()
    database.fill(gateway)
    say(f"{database.name}: {EVENTS} events written in {time.monotonic() - begun:.0f} s")
    gateway.start()
    auditor = Browser(gateway, "203.0.113.1")
    auditor.ask("GET", "/sign-in")
    once = added.split()[-1]
    assert auditor.sign_in("auditor@office.example", once)[0] == 303
    auditor.ask("GET", "/me/password")
    changed = auditor.ask("POST", "/me/password", {"csrf": auditor.csrf, "current": once, "new": PASSWORD, "again": PASSWORD})
    assert changed[0] == 303, changed
    told = {}
    for what, ask in questions().items():
        took = []
        for _ in range(ROUNDS):
            answered, seconds = auditor.ask("GET", "/audit?" + ask())
            assert answered == 200, (what, answered)
            took.append(seconds)
        told[what] = (median(took), max(took))
        say(f"{database.name}: {what}: {median(took) * 1000:.0f} ms, longest {max(took) * 1000:.0f}")
    say(f"{database.name}: memory, highest {status(gateway.process.pid, 'VmHWM'):.0f} MiB")
    gateway.stop()
    shutil.rmtree(gateway.dir)
    return told


def main():
    random.seed(8)
    answers = {}
    for make in (Sqlite, Postgres):
        database = make()
        try:
            answers[make.name] = measure(database)
        finally:
            database.stop()
    print(f"{EVENTS} events, {ROUNDS} rounds each: median (longest)\n")
    print("| asked | SQLite | PostgreSQL |\n|---|---|---|")
    for what in answers["SQLite"]:
        cells = [f"{m * 1000:.0f} ms ({l * 1000:.0f})" for m, l in (answers[name][what] for name in ("SQLite", "PostgreSQL"))]
        print(f"| {what} | {' | '.join(cells)} |")
    shutil.rmtree(ROOT, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
