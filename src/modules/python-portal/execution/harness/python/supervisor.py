"""The process that a remote service starts for us. It runs what one request asks for in processes of their own and prints one
report, marked with a word that only this request knows. No code of the student runs here, and nothing here is in his process."""

import base64
import hashlib
import os
import re
import sys
import time
import zlib

from . import child, grading, host, processes

TEXTS = frozenset("out err message expected actual output errors traceback".split())
# Unpacking costs more than a short report is worth.
COMPRESSED_FROM_BYTES = 2048
# How much of each text is kept, from all of it down to nothing, until the report fits.
LEVELS = (1_000_000, 8_000, 4_000, 2_000, 1_000, 500, 200, 80, 0)


def main(job, sources, load):
    mark, limit = job["nonce"], job["reportChars"]
    _write(f"{mark} begins\n")
    started = time.monotonic()
    report = {"python": sys.version.split()[0], "platform": sys.platform, "runs": []}
    code = job["code"]
    if code is None:
        with open(job["codeFile"], encoding="utf-8", newline="") as file:
            code = file.read()
    for name in job["ownFiles"]:
        os.unlink(name)
    processes.hide_from_children()

    def left():
        return job["limitMs"] / 1000 - (time.monotonic() - started)

    def run_programs():
        for stdin in job["inputs"]:
            report["runs"].append(_program(job, code, sources, load, stdin, left()) if left() > 0 else None)
        report["memory"] = processes.peak_memory()
        _write(f"\n{mark} {_fitting(report, limit - 200)}\n")
        os._exit(0)

    def finish(graded):
        report["graded"] = graded
        run_programs()

    if job["visible"] is None and job["hidden"] is None:
        run_programs()
    grading.grade(job, code, sources, load, left(), finish)


def _program(job, code, sources, load, stdin, limit_s):
    student = processes.Student(sources, load, f"run_program({code!r})", job, limit_s, has_stdout=True)
    kept = 4 * (job["outputChars"] + 1)
    way, exit_code, number, out, err, printed, ms = processes.run_program(
        student, stdin.encode("utf-8", "surrogatepass"), limit_s, job["maxPrinted"], max(kept, 1_000_000)
    )
    errors = err.decode("utf-8", "backslashreplace")
    begin, fault = errors.find(child.FAULT), None
    if begin != -1:
        end = errors.find("\0", begin + 1)
        fault = errors[begin + len(child.FAULT) : end]
        errors = errors[:begin] + errors[end + 1 :]
    text = out.decode("utf-8", "backslashreplace")
    return {
        "way": way,
        "code": exit_code,
        "signal": number,
        "out": text,
        "err": errors,
        "fault": fault and _parsed(fault),
        "isWhole": len(out) + len(err) >= printed,
        "digest": hashlib.sha256(trimmed(text).encode("utf-8", "surrogatepass")).hexdigest(),
        "ms": ms,
    }


def trimmed(text):
    """White space at the end of lines and of the text does not count."""
    return re.sub(r"[ \t\r\f\v]+$", "", text, flags=re.MULTILINE).rstrip(" \t\r\f\v\n")


def _parsed(text):
    import json

    try:
        return json.loads(text)
    except ValueError:
        return None


def _fitting(report, limit):
    """The report in as many characters as may be printed, with as many details as fit."""
    for level in LEVELS:
        encoded = _encoded(_shortened(report, level), limit)
        if len(encoded) <= limit:
            return encoded
    return _encoded(_nameless(_shortened(report, 0)), limit)


def _shortened(value, level):
    if isinstance(value, dict):
        return {
            key: _cut(item, level) if key in TEXTS and isinstance(item, str) else _shortened(item, level)
            for key, item in value.items()
            if item not in ("", None) and not (key == "begin" and level < 1_000_000)
        } | ({"isCut": True} if any(k in TEXTS and isinstance(v, str) and len(v) > level for k, v in value.items()) else {})
    if isinstance(value, list):
        return [_shortened(item, level) for item in value]
    return round(value, 1) if isinstance(value, float) else value


def _cut(text, level):
    return text[:level]


def _nameless(report):
    """Cases by number; every name would be too much."""
    numbers = {}
    for entry in report.get("graded", {}).get("reports", []):
        for case in entry.get("plan", []) + [entry[key] for key in ("case",) if key in entry]:
            case[1] = numbers.setdefault(tuple(case), f"test {len(numbers) + 1}")
    return report


def _encoded(value, limit):
    data = host.to_json(value).encode("ascii")
    plain = base64.b64encode(data).decode("ascii")
    if len(data) < COMPRESSED_FROM_BYTES and len(plain) <= limit:
        return plain
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")


def _write(text):
    data = text.encode("ascii")
    while data:
        data = data[os.write(1, data) :]
