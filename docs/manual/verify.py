#!/usr/bin/env python3
"""Verifies a Kakitome log from its files and its key, without Kakitome; and receipts and certificates of deletion.

    python3 verify.py LOG KEY [KEPT ...]     LOG: a directory or zip. KEPT: a checkpoint, a mail of the gateway as it came,
                                             or the log that began after this one
    python3 verify.py FILE KEY               FILE: a receipt, or certificates, a line each

Several keys are written with commas between them. Needs Python 3.9 and the package "cryptography". Formats: RFC 6962 (tree),
C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-proof, and docs/RECEIPTS.md.
"""
import base64, email, hashlib, json, pathlib, re, struct, sys, zipfile, zlib
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

def leaf(entry): return hashlib.sha256(b"\0" + entry).digest()
def node(left, right): return hashlib.sha256(b"\1" + left + right).digest()

LIMIT = 256 * (65535 + 2)  # the largest file of a log: 256 entries, each behind its length

def base64_of(text, length=None):
    """Strictly: as whoever writes it must write it."""
    found = base64.b64decode(text, validate=True)
    if base64.b64encode(found).decode() != text or length not in (None, len(found)):
        raise ValueError(text)
    return found

def fail(sentence):
    print("NOT GOOD: " + sentence)
    sys.exit(1)

def opened(note, key, name):
    """Size and root of a checkpoint, once its signature is found good."""
    try:
        origin, key_id, public = key.strip().split("+", 2)
        public = base64_of(public, 33)
    except ValueError:
        fail("the key is none")
    if hashlib.sha256(origin.encode() + b"\n" + public).hexdigest()[:8] != key_id or public[:1] != b"\1":
        fail("the key is none")
    try:
        text, signatures = note.decode().split("\n\n", 1)
        said_origin, size, root = (text.split("\n") + ["", "", ""])[:3]
        if not size.isascii() or not size.isdecimal() or str(int(size)) != size:
            raise ValueError(size)
        size, root = int(size), base64_of(root, 32)
        signed = [line.split(" ") for line in signatures.splitlines()]
        signed = [(name, base64_of(signature)) for dash, name, signature in signed]
    except ValueError:
        fail(f"{name} is no checkpoint")
    if said_origin != origin:
        return None
    for name_of_key, signature in signed:
        if name_of_key == origin and signature[:4].hex() == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], (text + "\n").encode())
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

def is_log(name): return name.endswith(".zip") or pathlib.Path(name).is_dir()
def log_of(name): return zipfile.ZipFile(name) if name.endswith(".zip") else pathlib.Path(name)

def read(log, path):
    try:
        with log.open(path) if isinstance(log, zipfile.ZipFile) else (log / path).open("rb") as file:
            found = file.read(LIMIT + 1)
        return found if len(found) <= LIMIT else fail(f"{path} is larger than any file of a log")
    except (FileNotFoundError, KeyError):
        fail(f"{path} is missing")

def key_of(note, keys):
    """The key of the log that a checkpoint is of; the first one, where none is."""
    origin = note.split(b"\n", 1)[0].decode(errors="replace")
    return next((key for key in keys if key.startswith(origin + "+")), keys[0])

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

def previous(entry):
    """The end of the log before, which the first entry of a log holds."""
    try:
        said = json.loads(entry)
        return said["previous"].encode() if said["event"] == "log_began" else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None

def kept_note(name):
    if is_log(name):
        log = log_of(name)
        size = int(read(log, "checkpoint").split(b"\n")[1])
        return previous(entries(log, 0, min(size, 256))[1][0]) or fail(f"{name} begins after no other log")
    note = pathlib.Path(name).read_bytes()
    carried = email.message_from_bytes(note).get_all("Kakitome-Checkpoint", [])
    if len(carried) > 1:
        fail(f"{name} has two checkpoints")
    return base64.b64decode("".join(carried[0].split())) if carried else previous(note) or note

def main(name, keys, kept):
    log = log_of(name)
    own = read(log, "checkpoint")
    key = key_of(own, keys)
    opened_own = opened(own, key, "checkpoint")
    if not opened_own:
        fail("checkpoint is of another log")
    size, root = opened_own
    known, compared = {}, 0
    for name in kept:
        then_and_root = opened(kept_note(name), key, name)
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

def root_by(path, index, size, hash):
    """The root that a proof leads to (RFC 9162, 2.1.3.2)."""
    last = size - 1
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            hash = node(sibling, hash)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hash = node(hash, sibling)
        index, last = index >> 1, last >> 1
    return hash if last == 0 else None

def json_of(text):
    """Each member once, and no number that is none in JSON."""
    def once(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a member is there twice")
        return dict(pairs)
    def none(word):
        raise ValueError(word)
    return json.loads(text, object_pairs_hook=once, parse_constant=none)

def members(found, wanted, optional=frozenset()):
    if not isinstance(found, dict) or not wanted <= set(found) <= wanted | optional:
        raise ValueError("other members than the format has")

def same(one, other):
    """Equal, and of the same type: true is not 1, and 1.0 neither."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

def proved(entry, keys, name):
    """What an entry says, once it is found in its log and its disclosed values are those that were logged."""
    members(entry, {"leaf", "proof", "values"})
    head, note = entry["proof"].split("\n\n", 1)
    first, *lines = head.split("\n")
    lines = lines[1:] if lines[0].startswith("extra ") else lines
    key = key_of(note.encode(), keys)
    opened_own = opened(note.encode(), key, f"the checkpoint of {name}") or fail(f"there is no key of the log of {name}")
    index, path = re.fullmatch("index (0|[1-9][0-9]*)", lines[0]), [base64_of(line, 32) for line in lines[1:]]
    if first != "c2sp.org/tlog-proof@v1" or not index or int(index[1]) >= opened_own[0]:
        fail(f"the proof of {name} is none")
    index = int(index[1])
    if root_by(path, index, opened_own[0], leaf(entry["leaf"].encode())) != opened_own[1]:
        fail(f"{name} is not in the log, or was changed")
    said = json_of(entry["leaf"])
    for value in entry["values"]:
        members(value, {"field", "salt", "value"})
        if not re.fullmatch("[0-9a-f]{64}", value["salt"]):
            fail(f"{value['field']} of {name} is not what was logged")
        salted = bytes.fromhex(value["salt"]) + value["value"].encode()
        if said.get("commitments", {}).get(value["field"]) != hashlib.sha256(salted).hexdigest():
            fail(f"{value['field']} of {name} is not what was logged")
    return said, (key.split("+")[0], index)

def stated(facts, entries):
    """What the entries of a certificate say, taken together."""
    at = {fact["event"]: fact["at"] for fact in facts}
    by_event = {fact["event"]: fact for fact in facts}
    added = [(fact, entry) for fact, entry in zip(facts, entries) if fact["event"] == "file_added"]
    if any(fact["outcome"] != "ok" or fact["subject"]["transfer"] != facts[0]["subject"]["transfer"] for fact in facts):
        return None
    sealed, finished = by_event.get("sealed"), by_event["finished"]
    alone = [fact["event"] for fact in facts if fact["event"] in ("sealed", "finished", "shredded")]
    left_out = not sealed and ("dispatched" in by_event or "retrieved" in by_event)
    left_out = left_out or sealed and sealed["files"] != len(added)
    left_out = left_out or finished["reason"] == "retrieved" and "retrieved" not in by_event
    if left_out or len(alone) != len(set(alone)):
        return None
    said = {
        "transfer": facts[0]["subject"]["transfer"],
        "files": sealed["files"] if sealed else len(added),
        "bytes": sealed["bytes"] if sealed else sum(fact["size"] for fact, _ in added),
        "names": [value["value"] for _, entry in added for value in entry["values"] if value["field"] == "file_name"],
        "sealed_at": at.get("sealed"),
        "dispatched_at": at.get("dispatched"),
        "retrieved": [{"delivery": fact["subject"]["delivery"], "at": fact["at"]} for fact in facts if fact["event"] == "retrieved"],
        "reason": finished["reason"], "by": finished["actor"]["by"], "ended_at": finished["at"],
        "erased_at": at["shredded"], "keys_destroyed": True, "absence_verified": True,
    }
    return {name: value for name, value in said.items() if value is not None}

def receipts(text, keys):
    try:
        texts = [json_of(text)]
    except ValueError:
        texts = [json_of(line) for line in text.split("\n") if line.strip()]
    if not texts:
        fail("it is no receipt")
    count = 0
    for number, receipt in enumerate(texts, 1):
        members(receipt, {"format", "issued_at", "about", "entries"}, {"statement"})
        members(receipt["about"], {"office", "references"})
        if receipt["format"] != "kakitome-receipt/1" or type(receipt["issued_at"]) is not int or not receipt["entries"]:
            fail(f"number {number} is no receipt")
        found = [proved(entry, keys, f"number {number}, entry {at}") for at, entry in enumerate(receipt["entries"], 1)]
        facts, places = [fact for fact, _ in found], {place for _, place in found}
        if len(places) != len(found):
            fail(f"number {number} has an entry twice")
        if receipt.get("statement") is not None and not same(receipt["statement"], stated(facts, receipt["entries"])):
            fail(f"number {number} states what its entries do not say")
        for fact in facts:
            print(f"{fact['at']} {fact['event']} {' '.join(f'{kind}={id}' for kind, id in fact['subject'].items())}")
        count += len(facts)
    print(f"GOOD: {len(texts)} receipts, {count} entries are in the log")

if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    of_log = is_log(sys.argv[1]) or not pathlib.Path(sys.argv[1]).exists()
    try:
        if of_log:
            main(sys.argv[1], sys.argv[2].split(","), sys.argv[3:])
        else:
            receipts(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2].split(","))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        fail("it is no log, or a file of it is damaged" if of_log else "it is no receipt")
    except (OSError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        fail(f"a file cannot be read: {error}")
