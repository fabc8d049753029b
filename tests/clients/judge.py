"""What docs/manual/verify.py says of many files, in one process: 1 for each that is good, 0 for each that is not.

    judge.py KEYS LOG < CASES

CASES: a line of JSON each. {"file": BASE64} is a file of receipts. {"path": PATH, "bytes": BASE64} is the log in the directory
LOG with one file replaced; {"kept": BASE64} is that log with a checkpoint that somebody kept.
"""
import base64, contextlib, importlib.util, io, json, pathlib, sys, tempfile

spec = importlib.util.spec_from_file_location("verify", pathlib.Path(__file__).parents[2] / "docs/manual/verify.py")
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)


def is_good(*what):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            verify.judge(*what)
    except SystemExit as end:
        return not end.code
    return True


def judged(case, keys, log, directory):
    if "path" in case:
        place = log / case["path"]
        before = place.read_bytes()
        place.write_bytes(base64.b64decode(case["bytes"]))
        try:
            return is_good(str(log), keys, [])
        finally:
            place.write_bytes(before)
    file = directory / "case"
    file.write_bytes(base64.b64decode(case["file"] if "file" in case else case["kept"]))
    return is_good(str(file), keys, []) if "file" in case else is_good(str(log), keys, [str(file)])


with tempfile.TemporaryDirectory() as directory:
    for line in sys.stdin:
        found = judged(json.loads(line), sys.argv[1].split(","), pathlib.Path(sys.argv[2]), pathlib.Path(directory))
        print("1" if found else "0")
