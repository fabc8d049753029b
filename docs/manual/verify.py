#!/usr/bin/env python3
"""Verifies a Kakitome log from its files and its key, without Kakitome.

    python3 verify.py DIRECTORY KEY [KEPT ...]      KEPT: a checkpoint, or a mail of the gateway as it came

Needs Python 3.9 and the package "cryptography". Formats: RFC 6962 (tree), C2SP signed-note, tlog-checkpoint, tlog-tiles.
"""
import base64, email, hashlib, pathlib, struct, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

def leaf(entry): return hashlib.sha256(b"\0" + entry).digest()
def node(left, right): return hashlib.sha256(b"\1" + left + right).digest()

def fail(sentence):
    print("NOT GOOD: " + sentence)
    sys.exit(1)

def opened(note, key, name):
    """Size and root of a checkpoint, once its signature is found good."""
    origin, key_id, public = key.strip().split("+", 2)
    public = base64.b64decode(public)
    if hashlib.sha256(origin.encode() + b"\n" + public).hexdigest()[:8] != key_id or public[:1] != b"\1":
        fail("the key is none")
    try:
        text, signatures = note.decode().split("\n\n", 1)
        said_origin, size, root = (text.split("\n") + ["", "", ""])[:3]
        if not size.isascii() or not size.isdecimal() or str(int(size)) != size:
            raise ValueError(size)
        size, root = int(size), base64.b64decode(root, validate=True)
    except ValueError:
        fail(f"{name} is no checkpoint")
    if said_origin != origin:
        return None
    for line in signatures.splitlines():
        signed = base64.b64decode(line.split(" ")[2])
        if line.startswith(f"— {origin} ") and signed[:4].hex() == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(public[1:]).verify(signed[4:], (text + "\n").encode())
                return size, root
            except InvalidSignature:
                fail(f"the signature of {name} is false")
    fail(f"{name} is not signed with this key")

def tile_path(level, index, width):
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/" + "/".join(parts) + (f".p/{width}" if width < 256 else "")

def read(log, path):
    try:
        return (log / path).read_bytes()
    except FileNotFoundError:
        fail(f"{path} is missing")

def entries(log, index, width):
    path, found = tile_path("entries", index, width), []
    data = read(log, path)
    while data:
        length = struct.unpack(">H", data[:2])[0] if len(data) > 1 else len(data)
        if len(data) < 2 + length:
            fail(f"{path} is damaged")
        found.append(data[2:2 + length])
        data = data[2 + length:]
    return path, found

def root_of(peaks):
    """The root over complete subtrees, largest first: (height, hash)."""
    if not peaks:
        return hashlib.sha256(b"").digest()
    root = peaks[-1][1]
    for _, peak in reversed(peaks[:-1]):
        root = node(peak, root)
    return root

def main(directory, key, kept):
    log = pathlib.Path(directory)
    opened_own = opened(read(log, "checkpoint"), key, "checkpoint")
    if not opened_own:
        fail("checkpoint is of another log")
    size, root = opened_own
    known, compared = {}, 0
    for name in kept:
        note = pathlib.Path(name).read_bytes()
        carried = email.message_from_bytes(note).get_all("Kakitome-Checkpoint", [])
        if len(carried) > 1:
            fail(f"{name} has two checkpoints")
        if carried:
            note = base64.b64decode("".join(carried[0].split()))
        then_and_root = opened(note, key, name)
        if not then_and_root:
            print(f"{name} is of another log and was not compared")
            continue
        then, its_root = then_and_root
        if then > size:
            fail(f"when {name} was signed there were {then} entries: the end was cut off")
        known.setdefault(then, []).append((name, its_root))
    peaks, level = [], []
    def pass_by():
        nonlocal compared
        for name, its_root in known.pop(len(level), []):
            if its_root != root_of(peaks):
                fail(f"{name} is of another log: it was rewritten, or there are two")
            compared += 1
    pass_by()
    for first in range(0, size, 256):
        width = min(256, size - first)
        path, found = entries(log, first // 256, width)
        tile = read(log, tile_path(0, first // 256, width))
        for offset, entry in enumerate(found):
            if tile[offset * 32:offset * 32 + 32] != leaf(entry):
                fail(f"entry number {first + offset} is not what the log was grown with")
            peaks.append((0, leaf(entry)))
            while len(peaks) > 1 and peaks[-1][0] == peaks[-2][0]:
                (height, left), (_, right) = peaks[-2:]
                peaks[-2:] = [(height + 1, node(left, right))]
            level.append(leaf(entry))
            pass_by()
        if len(found) != width or len(tile) != 32 * width:
            fail(f"{path} has {len(found)} entries instead of {width}")
    if root_of(peaks) != root:
        fail("the entries as a whole are not what was signed")
    number, hashes = 1, level
    while len(hashes) >= 256:  # tiles above: the root of each full tile below
        above = []
        for start in range(0, len(hashes) - 255, 256):
            row = hashes[start:start + 256]
            while len(row) > 1:
                row = [node(row[at], row[at + 1]) for at in range(0, len(row), 2)]
            above.append(row[0])
        for start in range(0, len(above), 256):
            part = above[start:start + 256]
            path = tile_path(number, start // 256, len(part))
            if read(log, path) != b"".join(part):
                fail(f"{path} does not fit what is below it")
        number, hashes = number + 1, above
    print(f"GOOD: {size} entries, root {base64.b64encode(root).decode()}, {compared} kept checkpoints agree")

if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
