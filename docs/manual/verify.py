#!/usr/bin/env python3
"""Verifies a Kakitome log from its files and its key, without Kakitome; and receipts and certificates of deletion.

    python3 verify.py LOG KEY [KEPT ...]     LOG: a directory or zip. KEPT: a checkpoint, a mail of the gateway as it came,
                                             or the log that began after this one
    python3 verify.py FILE KEY               FILE: a receipt, or certificates, a line each

Several keys are written with commas between them. Needs Python 3.9 and the package "cryptography". Formats: RFC 6962 (tree),
C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-proof, and docs/RECEIPTS.md.
"""
import base64, email, hashlib, json, pathlib, re, struct, sys, unicodedata, zipfile, zlib
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

def leaf(entry): return hashlib.sha256(b"\0" + entry).digest()
def node(left, right): return hashlib.sha256(b"\1" + left + right).digest()

LIMIT = 256 * (65535 + 2)  # the largest file of a log: 256 entries, each behind its length
NOTE = 1_000_000  # the largest checkpoint
DAMAGED = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)

def say(sentence):
    """One line. What comes out of a file steers no terminal, begins no line, and turns no direction of reading."""
    unseen = ("Cc", "Cf", "Cs", "Zl", "Zp")
    print("".join("\ufffd" if unicodedata.category(c) in unseen else c for c in sentence))

def fail(sentence):
    say("NOT GOOD: " + sentence)
    sys.exit(1)

def base64_of(text, length=None):
    """Strictly: as whoever writes it must write it."""
    found = base64.b64decode(text, validate=True)
    if base64.b64encode(found).decode() != text or length not in (None, len(found)):
        raise ValueError(text)
    return found

def is_name(text):
    """Whether a signed note can bear the name."""
    return text != "" and "+" not in text and not any(c.isspace() for c in text)

def is_origin(text): return is_name(text) and not any(unicodedata.category(c) == "Cc" for c in text)

def key_of(text):
    """Origin, id and public key of a log's key."""
    try:
        origin, key_id, public = text.strip().split("+", 2)
        public, key_id = base64_of(public, 33), key_id.lower()
    except ValueError:
        fail("the key is none")
    if hashlib.sha256(origin.encode() + b"\n" + public).hexdigest()[:8] != key_id or public[:1] != b"\1" or not is_origin(origin):
        fail("the key is none")
    return origin, key_id, public[1:]

def signature_of(line):
    """The name and the bytes of a signature; the first four are the key's id."""
    dash, name, signature = line.split(" ")
    if dash != "\u2014" or not is_name(name) or len(base64_of(signature)) < 5:
        raise ValueError(line)
    return name, base64_of(signature)

def note_of(note):
    """What a checkpoint says (text, origin, size, root) and its signatures, in its one form."""
    if len(note) > NOTE or any(byte < 32 and byte != 10 for byte in note):
        raise ValueError("no note")
    text, signatures = note.decode().rsplit("\n\n", 1)
    origin, size, root, *more = text.split("\n")
    if not is_origin(origin) or "" in more or not re.fullmatch("0|[1-9][0-9]*", size) or int(size) >= 2 ** 64:
        raise ValueError("no checkpoint")
    if not signatures.endswith("\n") or signatures.count("\n") > 100:
        raise ValueError("no signatures")
    return (text + "\n", origin, int(size), base64_of(root, 32)), [signature_of(line) for line in signatures[:-1].split("\n")]

def opened(note, keys, name):
    """Size and root of a checkpoint and the key that signed it, once its signature is found good; none of another log."""
    try:
        (text, origin, size, root), signatures = note_of(note)
    except ValueError:
        fail(f"{name} is no checkpoint")
    of_log = [key for key in keys if key[0] == origin]
    for key in of_log:
        for signer, signature in signatures:
            if signer == origin and signature[:4].hex() == key[1]:
                try:
                    Ed25519PublicKey.from_public_bytes(key[2]).verify(signature[4:], text.encode())
                    return size, root, key
                except InvalidSignature:
                    fail(f"the signature of {name} is false")
    return fail(f"{name} is not signed with this key") if of_log else None

def tile_path(level, index, width):
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/" + "/".join(parts) + (f".p/{width}" if width < 256 else "")

def is_zip(name): return name.lower().endswith(".zip")
def is_log(name): return is_zip(name) or pathlib.Path(name).is_dir()
def log_of(name): return zipfile.ZipFile(name) if is_zip(name) else pathlib.Path(name)

def read(log, path):
    try:
        with log.open(path) if isinstance(log, zipfile.ZipFile) else (log / path).open("rb") as file:
            found = file.read(LIMIT + 1)
        return found if len(found) <= LIMIT else fail(f"{path} is larger than any file of a log")
    except (FileNotFoundError, KeyError):
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

def previous(entry):
    """The end of the log before, which the first entry of a log holds."""
    try:
        said = json_of(entry.decode())
        return said["previous"].encode() if said["event"] == "log_began" else None
    except DAMAGED:
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
    return base64_of("".join(carried[0].split())) if carried else previous(note) or note

def main(name, keys, kept):
    log = log_of(name)
    own = read(log, "checkpoint")
    size, root, key = opened(own, keys, "checkpoint") or fail("checkpoint is of another log")
    known, compared = {}, 0
    for name in kept:
        signed = opened(kept_note(name), [key], name)
        if not signed:
            say(f"{name} is of another log and was not compared")
            continue
        then, its_root, _ = signed
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
    say(f"GOOD: {size} entries, root {base64.b64encode(root).decode()}, {compared} kept checkpoints agree")

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
    """Strictly: each member once, integers that every program reads alike, and no half characters."""
    def once(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a member is there twice")
        return dict(pairs)
    def none(word):
        raise ValueError(word)
    def whole(word):
        return int(word) if len(word) < 18 and str(int(word)) == word and abs(int(word)) < 2 ** 53 else none(word)
    found = json.loads(text, object_pairs_hook=once, parse_constant=none, parse_float=none, parse_int=whole)
    json.dumps(found, ensure_ascii=False).encode()
    return found

def canonical(said, depth=127):
    """RFC 8785, for what has no fractions."""
    if not isinstance(said, (dict, list)):
        return json.dumps(said, ensure_ascii=False)
    if depth == 0:
        raise ValueError("too deep")
    if isinstance(said, list):
        return "[" + ",".join(canonical(one, depth - 1) for one in said) + "]"
    names = sorted(said, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(canonical(name) + ":" + canonical(said[name], depth - 1) for name in names) + "}"

def typed(found, *wanted):
    """A missing or a strange value is no empty one."""
    if type(found) not in wanted:
        raise ValueError("of another type than the format has")
    return found

def texts(found):
    """Words by words."""
    for word in typed(found, dict).values():
        typed(word, str)
    return found

def members(found, wanted, optional=frozenset()):
    if not isinstance(found, dict) or not wanted <= set(found) <= wanted | optional:
        raise ValueError("other members than the format has")

def same(one, other):
    """Equal, and of the same type: true is not 1, and 1.0 neither."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

def fact_of(text):
    """What an entry says."""
    said = typed(json_of(text), dict)
    typed(said["event"], str), typed(said["outcome"], str), typed(said["at"], int), texts(said["subject"]), texts(said["commitments"])
    if canonical(said) != text:
        raise ValueError("it is not canonical")
    return said

def proved(entry, keys, name):
    """What an entry says, once it is found in its log and its disclosed values are those that were logged."""
    members(entry, {"leaf", "proof", "values"})
    head, note = entry["proof"].split("\n\n", 1)
    first, *lines = head.split("\n")
    if lines[0].startswith("extra "):
        base64_of(lines.pop(0)[len("extra "):])
    size, root, key = opened(note.encode(), keys, f"the checkpoint of {name}") or fail(f"there is no key of the log of {name}")
    index, path = re.fullmatch("index (0|[1-9][0-9]*)", lines[0]), [base64_of(line, 32) for line in lines[1:]]
    if first != "c2sp.org/tlog-proof@v1" or not index or int(index[1]) >= size or len(path) > 63:
        fail(f"the proof of {name} is none")
    index = int(index[1])
    if root_by(path, index, size, leaf(entry["leaf"].encode())) != root:
        fail(f"{name} is not in the log, or was changed")
    said, fields = fact_of(entry["leaf"]), set()
    for value in typed(entry["values"], list):
        members(value, {"field", "salt", "value"})
        field, salt, plain = (typed(value[one], str) for one in ("field", "salt", "value"))
        if field in fields:
            fail(f"{field} of {name} is there twice")
        fields.add(field)
        if not re.fullmatch("[0-9a-f]{64}", salt) or field not in said["commitments"]:
            fail(f"{field} of {name} is not what was logged")
        if said["commitments"][field] != hashlib.sha256(bytes.fromhex(salt) + plain.encode()).hexdigest():
            fail(f"{field} of {name} is not what was logged")
    return said, (key[0], index)

def stated(facts, entries):
    """What the entries of a certificate say, taken together."""
    at = {fact["event"]: fact["at"] for fact in facts}
    by_event = {fact["event"]: fact for fact in facts}
    for fact in facts:
        for number in {"file_added": ["size"], "sealed": ["files", "bytes"]}.get(fact["event"], []):
            typed(fact[number], int)
    added = [(fact, entry) for fact, entry in zip(facts, entries) if fact["event"] == "file_added"]
    if any(fact["outcome"] != "ok" or fact["subject"]["transfer"] != facts[0]["subject"]["transfer"] for fact in facts):
        return None
    sealed, finished = by_event.get("sealed"), by_event["finished"]
    typed(finished["reason"], str), typed(finished["actor"]["by"], str)
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
        found = [json_of(text)]
    except ValueError:
        found = [json_of(line) for line in text.split("\n") if line.strip(" \t\r")]
    count, good = 0, 0
    for number, receipt in enumerate(found, 1):
        if typed(receipt, dict).get("format") == "kakitome-left-out/1":
            members(receipt, {"format", "transfer", "references", "why"})
            references = [typed(one, str) for one in typed(receipt["references"], list)]
            typed(receipt["why"], str)
            say(f"LEFT OUT: nothing is proved of transfer {typed(receipt['transfer'], str)} ({', '.join(references)})")
            continue
        members(receipt, {"format", "issued_at", "about", "entries"}, {"statement"})
        members(receipt["about"], {"office", "references"})
        typed(receipt["issued_at"], int), typed(receipt["about"]["office"], str), texts(receipt["about"]["references"])
        if receipt["format"] != "kakitome-receipt/1" or not typed(receipt["entries"], list):
            fail(f"number {number} is no receipt")
        checked = [proved(entry, keys, f"number {number}, entry {at}") for at, entry in enumerate(receipt["entries"], 1)]
        facts, places = [fact for fact, _ in checked], {place for _, place in checked}
        if len(places) != len(checked):
            fail(f"number {number} has an entry twice")
        if "statement" in receipt and not same(typed(receipt["statement"], dict), stated(facts, receipt["entries"])):
            fail(f"number {number} states what its entries do not say")
        for fact in facts:
            say(f"{fact['at']} {fact['event']} ({fact['outcome']}) {' '.join(f'{kind}={id}' for kind, id in fact['subject'].items())}")
        count, good = count + len(facts), good + 1
    if good == 0:
        fail("it has no receipt")
    say(f"GOOD: {good} receipts, {count} entries are in the log")

def judge(name, keys, kept):
    of_log = is_log(name) or not pathlib.Path(name).exists()
    try:
        keys = [key_of(key) for key in keys]
        if of_log:
            main(name, keys, kept)
        elif kept:
            fail("what was kept is compared with a log, not with receipts")
        else:
            receipts(pathlib.Path(name).read_bytes().decode(), keys)
    except DAMAGED:
        fail("it is no log, or a file of it is damaged" if of_log else "it is no receipt")
    except (OSError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        fail(f"a file cannot be read: {error}")

if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.stdout.reconfigure(errors="backslashreplace")
    judge(sys.argv[1], sys.argv[2].split(","), sys.argv[3:])
