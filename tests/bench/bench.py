"""Ratios of the gateway to nginx over TLS: upload, download, many at once, a page; memory, opening and start beside them.

Every figure is the median of several runs that alternate with the baseline's. Printed as a table and, with
BENCH_OUT=FILE, written there as Markdown.
"""

import base64
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

BINARY = sys.argv[1]
MIB = int(os.environ.get("BENCH_MIB", "1024"))
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
ROOT = pathlib.Path(tempfile.mkdtemp(prefix="kakitome-bench-", dir=os.environ.get("BENCH_DIR", "/var/tmp")))
AT_ONCE = [1, 4, 8]
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
rows = []


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))[:200]}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def timed(*command):
    start = time.monotonic()
    run(*command)
    return time.monotonic() - start


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    for _ in range(20_000):
        if process.poll() is not None:
            raise SystemExit("a server ended at its start")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            os.sched_yield()
    raise SystemExit("a server does not answer")


def wait_for_page(url, process):
    """The first 200, certificate not looked at: the port is bound before everything behind it is ready."""
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10, context=trust) as answer:
                if answer.status == 200:
                    return
        except OSError:
            os.sched_yield()
    raise SystemExit("a server ended at its start")


def cpu(pids):
    """CPU seconds used so far, children that ended included."""
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += sum(map(int, fields[11:15]))
    return total / CLOCK_TICKS


def status(pid, key):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{key}:\s+(\d+) kB", text).group(1)) / 1024


def descendants(pid):
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [int(child) for child in children]


class Gateway:
    def __init__(self, more=""):
        self.dir = ROOT / "gateway"
        self.dir.mkdir()
        self.port, self.admin = free_port(), free_port()
        self.config = self.dir / "kakitome.toml"
        self.config.write_text(
            f'[server]\npublic_url = "https://localhost:{self.port}"\nlisten = "127.0.0.1:{self.port}"\n'
            f'admin_listen = "127.0.0.1:{self.admin}"\n[scan]\noff = true\n[log]\nlevel = "warn"\n{more}'
        )
        self.places = ["--config", self.config, "--data", self.dir / "data", "--keys", self.dir / "keys"]
        # Before the start: a server that makes its first account derives a key, which is not what is measured here.
        run(BINARY, "account", "add", "bench@office.example", "--name", "Bench", "--role", "sender", *self.places)
        made = json.loads(run(BINARY, "token", "create", "bench@office.example", "--scope", "send", "--json", *self.places))
        self.token = made["token"]
        self.start()
        self.ca = self.dir / "keys/tls/authority.pem"
        self.base = f"https://localhost:{self.port}"

    def start(self):
        begun = time.monotonic()
        self.process = subprocess.Popen([BINARY, "serve", *self.places], stdout=subprocess.DEVNULL)
        wait_for_page(f"https://localhost:{self.port}/r", self.process)
        return time.monotonic() - begun

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def api(self, method, path, body=None):
        headers = ["-H", f"Authorization: Bearer {self.token}", "-H", "Content-Type: application/json"]
        data = ["-d", json.dumps(body)] if body is not None else []
        text = run("curl", "-sS", "--fail-with-body", "--cacert", self.ca, "-X", method, *headers, *data, self.base + "/api/v1" + path)
        return json.loads(text) if text else None

    def upload(self, transfer, file):
        """Creates and fills one tus upload. Returns seconds of the transfer of bytes (durable at the end)."""
        b64 = lambda text: base64.b64encode(text.encode()).decode()
        size = file.stat().st_size
        head = run(
            "curl", "-sS", "-D", "-", "-o", "/dev/null", "--cacert", self.ca, "-X", "POST", self.base + "/api/v1/uploads",
            "-H", f"Authorization: Bearer {self.token}", "-H", "Tus-Resumable: 1.0.0", "-H", f"Upload-Length: {size}",
            "-H", f"Upload-Metadata: transfer {b64(transfer)},filename {b64(file.name)}",
        )
        location = re.search(r"(?i)location: (\S+)", head).group(1)
        url = location if location.startswith("http") else self.base + location
        return timed(
            "curl", "-sS", "--fail-with-body", "--http1.1", "--cacert", self.ca, "-X", "PATCH", "-T", file, url,
            "-H", f"Authorization: Bearer {self.token}", "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Offset: 0",
            "-H", "Content-Type: application/offset+octet-stream", "-H", "Expect:",
        )

    def transfer(self, files):
        """A transfer with these files, sent and opened. Returns (upload seconds, public id, cookie, opening seconds)."""
        transfer = self.api("POST", "/transfers", {})["id"]
        seconds = [self.upload(transfer, file) for file in files]
        self.api("POST", f"/transfers/{transfer}/recipients", {"email": "suzuki@aozora.example", "language": "en"})
        sent = self.api("POST", f"/transfers/{transfer}/send", {"confirmed": []})["deliveries"][0]
        public_id, code = self.link(sent["reference"])
        jar = ROOT / f"jar-{public_id}"
        body = json.dumps({"secret": code, "number": sent["number"]})
        opening = timed(
            "curl", "-sS", "--fail-with-body", "--cacert", self.ca, "-c", jar, "-H", "Content-Type: application/json",
            "-d", body, f"{self.base}/api/v1/r/{public_id}/open",
        )
        return seconds, public_id, jar, opening, transfer

    def link(self, reference):
        import email, email.policy
        new = self.dir / "data/mail/new"
        for _ in range(200_000):
            for path in new.iterdir() if new.exists() else []:
                mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if reference in mail["Subject"] and mail.get_body(("plain",)):
                    found = re.search(r"/r/(\w+)#(\w+)", mail.get_body(("plain",)).get_content())
                    if found:
                        return found.groups()
            os.sched_yield()
        raise SystemExit("the mail never came")

    def discard(self, transfer):
        self.api("POST", f"/transfers/{transfer}/recall", {})


class Nginx:
    def __init__(self):
        self.dir = ROOT / "nginx"
        (self.dir / "files").mkdir(parents=True)
        (self.dir / "tmp").mkdir()
        self.port = free_port()
        run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", self.dir / "key.pem", "-out", self.dir / "cert.pem",
        )
        user = "user root;" if os.geteuid() == 0 else ""
        (self.dir / "nginx.conf").write_text(f"""
            {user} worker_processes 2; daemon off; pid {self.dir}/pid; error_log {self.dir}/error.log;
            events {{ worker_connections 1024; }}
            http {{
              access_log off; sendfile on; tcp_nopush on; client_max_body_size 0; keepalive_requests 1000000;
              client_body_temp_path {self.dir}/tmp; proxy_temp_path {self.dir}/t1; fastcgi_temp_path {self.dir}/t2;
              uwsgi_temp_path {self.dir}/t3; scgi_temp_path {self.dir}/t4; default_type text/html;
              server {{
                listen 127.0.0.1:{self.port} ssl; server_name localhost; root {self.dir}/files;
                ssl_certificate {self.dir}/cert.pem; ssl_certificate_key {self.dir}/key.pem; ssl_protocols TLSv1.3;
                location / {{ dav_methods PUT DELETE; create_full_put_path on; }}
              }}
            }}""")
        self.process = subprocess.Popen(["nginx", "-p", self.dir, "-c", self.dir / "nginx.conf"], stderr=subprocess.DEVNULL)
        wait_for(self.port, self.process)
        self.base = f"https://localhost:{self.port}"
        self.ca = self.dir / "cert.pem"

    def put(self, file):
        target = self.dir / "files" / "put.bin"
        target.unlink(missing_ok=True)
        start = time.monotonic()
        run("curl", "-sS", "--fail", "--http1.1", "--cacert", self.ca, "-T", file, "-H", "Expect:", f"{self.base}/put.bin")
        run("sync", target)
        seconds = time.monotonic() - start
        target.unlink()
        return seconds

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def random_file(name, mib):
    path = ROOT / name
    with open(path, "wb") as out:
        for _ in range(mib):
            out.write(os.urandom(1 << 20))
    return path


def median(values):
    return statistics.median(values)


def row(what, ours, theirs, reach, ratio=None):
    ratio_text = f"{ratio:.2f}" if ratio is not None else ""
    rows.append((what, ours, theirs, ratio_text, reach))
    say(f"{what}: {ours} | {theirs} | {ratio_text} ({reach})")


def alone():
    """CPU seconds per GiB of the single steps, each measured by itself in records of 16 KiB.

    User time, not the clock's: whatever else runs must not make a step look dear.
    """
    def step(name):
        out = run("openssl", "speed", "-seconds", "1", "-bytes", "16384", "-evp", name)
        thousand_bytes = float(re.search(rf"(?im)^{name}\s+([\d.]+)k", out).group(1))
        return (1 << 30) / (thousand_bytes * 1000)

    names = {"TLS": "aes-256-gcm", "ChaCha20-Poly1305": "chacha20-poly1305", "SHA-256": "sha256"}
    return {said: median([step(name) for _ in range(RUNS)]) for said, name in names.items()}


def cpu_rows(what, ours, nginx, steps):
    """The server's CPU beside the steps' (the bound), and beside nginx's for the same bytes and what nginx does not do."""
    row(f"server CPU per GiB, {what}", f"{ours:.2f} s", f"{' + '.join(steps)} alone {sum(steps.values()):.2f} s", "≤ 1.6", ours / sum(steps.values()))
    added = {said: seconds for said, seconds in steps.items() if said != "TLS"}
    whole = nginx + sum(added.values())
    row("the same, moving the bytes counted", f"{ours:.2f} s", f"nginx {nginx:.2f} s + {' + '.join(added)} alone {whole:.2f} s", "", ours / whole)


def transfers(gateway, nginx, big):
    up, put, up_cpu, put_cpu = [], [], [], []
    for turn in range(RUNS):
        say(f"upload {turn + 1}/{RUNS}")
        pids = [gateway.process.pid]
        transfer = gateway.api("POST", "/transfers", {})["id"]
        before = cpu(pids)
        up.append(gateway.upload(transfer, big))
        up_cpu.append((cpu(pids) - before) * 1024 / MIB)
        before = cpu(descendants(nginx.process.pid))
        put.append(nginx.put(big))
        put_cpu.append((cpu(descendants(nginx.process.pid)) - before) * 1024 / MIB)
        gateway.api("DELETE", f"/transfers/{transfer}")
    ours, theirs = MIB / median(up), MIB / median(put)
    row(f"upload {MIB} MiB, durable", f"{ours:.0f} MiB/s", f"nginx PUT + sync {theirs:.0f} MiB/s", "≥ 0.5, then 0.8", median([b / a for a, b in zip(up, put)]))
    return median(up_cpu), median(put_cpu)


def downloads(gateway, nginx, big):
    _, public_id, jar, opening, transfer = gateway.transfer([big])
    row("opening (number), whole request", f"{opening:.2f} s", "one scrypt, work factor 17: 0.26 s CPU", "one scrypt")
    shutil.copy(big, nginx.dir / "files" / "big.bin")
    down, get, down_cpu, get_cpu = [], [], [], []
    for turn in range(RUNS):
        say(f"download {turn + 1}/{RUNS}")
        pids = [gateway.process.pid]
        before = cpu(pids)
        down.append(timed("curl", "-sS", "--fail", "--http1.1", "--cacert", gateway.ca, "-b", jar, "-o", "/dev/null", f"{gateway.base}/r/{public_id}/files/1"))
        down_cpu.append((cpu(pids) - before) * 1024 / MIB)
        before = cpu(descendants(nginx.process.pid))
        get.append(timed("curl", "-sS", "--fail", "--http1.1", "--cacert", nginx.ca, "-o", "/dev/null", f"{nginx.base}/big.bin"))
        get_cpu.append((cpu(descendants(nginx.process.pid)) - before) * 1024 / MIB)
    ours, theirs = MIB / median(down), MIB / median(get)
    row(f"download {MIB} MiB", f"{ours:.0f} MiB/s", f"nginx {theirs:.0f} MiB/s", "≥ 0.5, then 0.8", median([b / a for a, b in zip(down, get)]))
    gateway.discard(transfer)
    (nginx.dir / "files" / "big.bin").unlink()
    return median(down_cpu), median(get_cpu)


def highest_while(gateway, works):
    """Runs these at once; the server's highest resident memory meanwhile, in MiB."""
    highest = status(gateway.process.pid, "VmRSS")
    with ThreadPoolExecutor(len(works)) as pool:
        running = {pool.submit(work) for work in works}
        while running:
            done, running = wait(running, timeout=0.02)
            [work.result() for work in done]
            highest = max(highest, status(gateway.process.pid, "VmRSS"))
    return highest


def slope(gateway):
    """Resident memory while 1, 4 and 8 transfers of 1 GiB flow at once."""
    file = random_file("slope.bin", 1024)
    uploads = {}
    for count in AT_ONCE:
        ids = [gateway.api("POST", "/transfers", {})["id"] for _ in range(count)]
        uploads[count] = highest_while(gateway, [partial(gateway.upload, transfer, file) for transfer in ids])
        for transfer in ids:
            gateway.api("DELETE", f"/transfers/{transfer}")
    _, public_id, jar, _, transfer = gateway.transfer([file])
    fetch = partial(
        timed, "curl", "-sS", "--fail", "--http1.1", "--cacert", gateway.ca, "-b", jar, "-o", "/dev/null", f"{gateway.base}/r/{public_id}/files/1"
    )
    downloads = {count: highest_while(gateway, [fetch] * count) for count in AT_ONCE}
    gateway.discard(transfer)
    file.unlink()
    for what, highest in (("uploads", uploads), ("downloads", downloads)):
        text = ", ".join(f"{highest[count]:.1f}" for count in AT_ONCE)
        each = (highest[AT_ONCE[-1]] - highest[AT_ONCE[0]]) / (AT_ONCE[-1] - AT_ONCE[0])
        row(f"resident memory, {', '.join(map(str, AT_ONCE))} {what} of 1 GiB at once", f"{text} MiB", f"{each:.1f} MiB for each one more", "≤ 2 MiB")


def many(gateway, nginx):
    small = random_file("small.bin", 10)
    _, public_id, jar, _, transfer = gateway.transfer([small])
    shutil.copy(small, nginx.dir / "files" / "small.bin")
    def flood(*curl):
        quoted = " ".join(f"'{part}'" for part in curl)
        return timed("sh", "-c", f"seq 200 | xargs -P 16 -I% {quoted}")
    ours, theirs = [], []
    for _ in range(RUNS):
        ours.append(flood("curl", "-sS", "--fail", "--cacert", str(gateway.ca), "-b", str(jar), "-o", "/dev/null", f"{gateway.base}/r/{public_id}/files/1"))
        theirs.append(flood("curl", "-sS", "--fail", "--cacert", str(nginx.ca), "-o", "/dev/null", f"{nginx.base}/small.bin"))
    row("200 downloads of 10 MiB, 16 at once", f"{median(ours):.1f} s", f"nginx {median(theirs):.1f} s", "≥ 0.5", median([b / a for a, b in zip(ours, theirs)]))
    gateway.discard(transfer)
    return public_id


def page(gateway, nginx, public_id):
    text = run("curl", "-sS", "--cacert", gateway.ca, f"{gateway.base}/r/{public_id}")
    (nginx.dir / "files" / "page.html").write_text(text)
    def rate(base, path):
        out = run("wrk", "-t2", "-c32", "-d5s", f"{base}{path}")
        return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    ours, theirs = [], []
    for _ in range(RUNS):
        ours.append(rate(gateway.base, f"/r/{public_id}"))
        theirs.append(rate(nginx.base, "/page.html"))
    row(f"recipient page ({len(text.encode())} bytes), 32 connections", f"{median(ours):.0f}/s", f"nginx {median(theirs):.0f}/s", "≥ 0.5", median([a / b for a, b in zip(ours, theirs)]))


def main():
    say(f"working in {ROOT}")
    gateway, nginx = Gateway(), Nginx()
    try:
        idle = status(gateway.process.pid, "VmRSS")
        row("resident memory, idle", f"{idle:.0f} MiB", "", "≤ 32 MiB")
        big = random_file("big.bin", MIB)
        steps = alone()
        up_cpu, put_cpu = transfers(gateway, nginx, big)
        row("resident memory, highest while uploading", f"{status(gateway.process.pid, 'VmHWM'):.0f} MiB", "", "≤ 80 MiB")
        cpu_rows("upload", up_cpu, put_cpu, steps)
        down_cpu, get_cpu = downloads(gateway, nginx, big)
        row("resident memory, highest with an opening", f"{status(gateway.process.pid, 'VmHWM'):.0f} MiB", "", "≤ 260 MiB")
        del steps["SHA-256"]
        cpu_rows("download", down_cpu, get_cpu, steps)
        page(gateway, nginx, many(gateway, nginx))
        gateway.stop()
        gateway.start()
        slope(gateway)
        gateway.stop()
        starts = []
        for _ in range(5):
            starts.append(gateway.start())
            gateway.stop()
        row("start to first 200", f"{median(starts) * 1000:.0f} ms", "", "< 150 ms")
    finally:
        gateway.process.poll() is None and gateway.process.kill()
        nginx.stop()
        shutil.rmtree(ROOT, ignore_errors=True)
    table = "| what | Kakitome | baseline | ratio | reach |\n|---|---|---|---|---|\n" + "".join(
        f"| {' | '.join(fields)} |\n" for fields in rows
    )
    print(table)
    if out := os.environ.get("BENCH_OUT"):
        pathlib.Path(out).write_text(table)


if __name__ == "__main__":
    main()
