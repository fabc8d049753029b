"""A witness by C2SP tlog-witness and tlog-cosignature, written from the specifications alone, for tests.

    witness.py --certificate PEM --key PEM --log VKEY [--state FILE] [--has SIZE] [--forge]

Listens with TLS on a free port of 127.0.0.1, and prints the port and the key that it cosigns with. What it saw last of the
log is kept in the file. --has makes it believe that it saw a tree of that size; --forge damages what it signs.
"""
import argparse, base64, hashlib, json, pathlib, ssl, struct, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAME = "witness.example/w1"
SEED = hashlib.sha256(b"a witness of tests").digest()


def key_id(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def consistent(old, new, old_root, new_root, proof):
    """RFC 9162, 2.1.4.2, which is RFC 6962's proof with the algorithm to verify it."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof
    if not proof:
        return False
    if old & (old - 1) == 0:
        proof = [old_root] + proof
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for hash_ in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(hash_, fr), node(hash_, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, hash_)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


class Witness:
    def __init__(self, options):
        self.private = Ed25519PrivateKey.from_private_bytes(SEED)
        public = self.private.public_key().public_bytes_raw()
        self.id = key_id(NAME, 4, public)
        self.vkey = f"{NAME}+{self.id.hex()}+{base64.b64encode(bytes([4]) + public).decode()}"
        self.origin, log_id, log_key = options.log.split("+", 2)
        log_key = base64.b64decode(log_key)
        assert log_key[0] == 1 and key_id(self.origin, 1, log_key[1:]).hex() == log_id
        self.log_id, self.log_key = bytes.fromhex(log_id), Ed25519PublicKey.from_public_bytes(log_key[1:])
        self.forge, self.state = options.forge, options.state
        self.size, self.root = options.has, b""
        if self.state and self.state.exists():
            self.size, root = json.loads(self.state.read_text())
            self.root = base64.b64decode(root)

    def add(self, body):
        try:
            head, checkpoint = body.split(b"\n\n", 1)
            lines = head.decode().split("\n")
            assert lines[0].startswith("old ")
            old = int(lines[0][4:])
            assert lines[0] == f"old {old}" and len(lines) <= 64
            proof = [base64.b64decode(line, validate=True) for line in lines[1:]]
            text, signatures = checkpoint.split(b"\n\n", 1)
            text += b"\n"
            origin, size, root = text.decode().split("\n")[:3]
            size, root = int(size), base64.b64decode(root, validate=True)
        except (AssertionError, ValueError):
            return 400, "", ""
        if origin != self.origin:
            return 404, "", ""
        if not self.is_signed(text, signatures):
            return 403, "", ""
        if old > size:
            return 400, "", ""
        if old != self.size:
            return 409, "text/x.tlog.size", f"{self.size}\n"
        if not consistent(old, size, self.root, root, proof):
            return (409, "text/x.tlog.size", f"{self.size}\n") if old == size else (422, "", "")
        self.size, self.root = size, root
        if self.state:
            self.state.write_text(json.dumps([size, base64.b64encode(root).decode()]))
        return 200, "text/plain", self.cosign(text)

    def is_signed(self, text, signatures):
        for line in signatures.decode().splitlines():
            mark, name, signed = line.split(" ", 2)
            signed = base64.b64decode(signed)
            if mark == "—" and name == self.origin and signed[:4] == self.log_id:
                try:
                    self.log_key.verify(signed[4:], text)
                    return True
                except InvalidSignature:
                    return False
        return False

    def cosign(self, text):
        now = int(time.time())
        signature = self.private.sign(f"cosignature/v1\ntime {now}\n".encode() + text)
        if self.forge:
            signature = bytes([signature[0] ^ 1]) + signature[1:]
        signed = base64.b64encode(self.id + struct.pack(">Q", now) + signature).decode()
        other = base64.b64encode(bytes(76)).decode()
        return f"— somebody.else/w2 {other}\n— {NAME} {signed}\n"


def handler(witness):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known = self.path == "/prefix/add-checkpoint"
            status, kind, text = witness.add(body) if known else (404, "", "")
            self.send_response(status)
            if kind:
                self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    return Handler


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    for name in ("certificate", "key", "log"):
        arguments.add_argument(f"--{name}", required=True)
    arguments.add_argument("--state", type=pathlib.Path)
    arguments.add_argument("--has", type=int, default=0)
    arguments.add_argument("--forge", action="store_true")
    arguments.add_argument("--port", type=int, default=0)
    options = arguments.parse_args()
    witness = Witness(options)
    server = ThreadingHTTPServer(("127.0.0.1", options.port), handler(witness))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_address[1], witness.vkey, flush=True)
    server.serve_forever()
