"""Who waits for how long while ten thousand wrong sign-ins come in from many addresses at once: `make bench`.

A recipient's page, a program with a token, and the owner in a browser that is known: each alone, and during the flood.
"""

import http.client
import os
import re
import shutil
import ssl
import sys
import threading
import time
from collections import Counter
from statistics import median
from urllib.parse import urlencode

os.environ["KAKITOME_SERVER__TRUSTED_PROXIES"] = '["127.0.0.1"]'

from bench import ROOT, BINARY, Gateway, run, say, status  # noqa: E402 - the environment is the gateway's

FLOOD = int(os.environ.get("BENCH_FLOOD", "10000"))
AT_ONCE = 64
ALONE = 20
OWNER = "owner@office.example"


class Browser:
    """One connection with cookies; a trusted proxy says that it is at `address`."""

    def __init__(self, gateway, address, cookies=None):
        trust = ssl.create_default_context(cafile=gateway.ca)
        self.line = http.client.HTTPSConnection("localhost", gateway.port, context=trust, timeout=120)
        self.address, self.cookies, self.csrf = address, dict(cookies or {}), ""

    def ask(self, method, path, fields=None, headers=None):
        head = {"X-Forwarded-For": self.address, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        head |= headers or {}
        if fields is not None:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.monotonic()
        self.line.request(method, path, urlencode(fields) if fields is not None else None, head)
        answer = self.line.getresponse()
        text = answer.read().decode()
        took = time.monotonic() - begun
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        if found := re.search(r'name="csrf" value="([^"]+)"', text):
            self.csrf = found.group(1)
        return answer.status, took

    def sign_in(self, email, password):
        fields = {"csrf": self.csrf, "next": "/", "email": email, "password": password}
        return self.ask("POST", "/sign-in", fields)


def others(gateway, password, owner):
    """One round of those who have nothing to do with it: seconds by who."""
    page = Browser(gateway, "203.0.113.2").ask("GET", "/r")[1]
    bearer = {"Authorization": f"Bearer {gateway.token}"}
    program = Browser(gateway, "203.0.113.3").ask("GET", "/api/v1/transfers", headers=bearer)
    # What stays of an earlier sign-in is that the browser is known.
    known = {name: value for name, value in owner.cookies.items() if name.endswith("-device")}
    again = Browser(gateway, "203.0.113.1", known)
    again.ask("GET", "/sign-in")
    entered = again.sign_in(OWNER, password)
    assert program[0] == 200 and entered[0] == 303, (program, entered)
    return {"recipient's page": page, "program with a token": program[1], "owner's sign-in, known browser": entered[1]}


def flood(gateway, cookies, csrf, counts, over):
    numbers = iter(range(FLOOD))
    lock = threading.Lock()

    def worker():
        browser = Browser(gateway, "", cookies)
        browser.csrf = csrf
        while True:
            with lock:
                n = next(numbers, None)
            if n is None:
                return
            browser.address = f"10.{n // 62500}.{n // 250 % 250}.{n % 250 + 1}"
            browser.cookies = dict(cookies)
            name = OWNER if n % 50 == 0 else f"guess{n % 50}@office.example"
            answered = browser.sign_in(name, "wrong")[0]
            with lock:
                counts[answered] += 1

    threads = [threading.Thread(target=worker) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()


def told(rounds):
    return {who: (median(r[who] for r in rounds), max(r[who] for r in rounds)) for who in rounds[0]}


def main():
    gateway = Gateway()
    try:
        added = run(BINARY, "account", "add", OWNER, "--name", "Owner", "--role", "sender", *gateway.places)
        password = added.split()[-1]
        owner = Browser(gateway, "203.0.113.1")
        owner.ask("GET", "/sign-in")
        assert owner.sign_in(OWNER, password)[0] == 303
        alone = told([others(gateway, password, owner) for _ in range(ALONE)])
        stranger = Browser(gateway, "198.51.100.1")
        stranger.ask("GET", "/sign-in")
        before, begun = status(gateway.process.pid, "VmRSS"), time.monotonic()
        counts, over = Counter(), threading.Event()
        attack = threading.Thread(target=flood, args=(gateway, stranger.cookies, stranger.csrf, counts, over))
        attack.start()
        during = []
        while not over.is_set():
            during.append(others(gateway, password, owner))
        attack.join()
        seconds, after = time.monotonic() - begun, status(gateway.process.pid, "VmHWM")
        say(f"{sum(counts.values())} wrong sign-ins in {seconds:.1f} s: {dict(counts)}; memory {before:.0f} MiB, highest {after:.0f} MiB")
        print("| who | alone, median (longest) | during the flood | rounds |\n|---|---|---|---|")
        for who, (middle, longest) in told(during).items():
            quiet, quiet_longest = alone[who]
            print(f"| {who} | {quiet * 1000:.0f} ms ({quiet_longest * 1000:.0f}) | {middle * 1000:.0f} ms ({longest * 1000:.0f}) | {len(during)} |")
    finally:
        gateway.stop()
        shutil.rmtree(ROOT, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
