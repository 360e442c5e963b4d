"""Verify an evidence pack without Keel: needs Python 3.9 or newer and nothing else.

Usage: python verify.py PACK.zip [DIGEST]

It recomputes the SHA-256 of every file the manifest names, refuses files it does not name, recomputes the
hash and the digests of every trail entry in the pack, and compares the manifest with DIGEST where one is
given: it stands in Keel's own trail, in the entry that says the pack was made.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

MANIFEST, TRAIL = "manifest.json", "trail.json"


def problems(path: str, digest: str = "") -> Iterator[str]:
    """Yield everything that is wrong with a pack, nothing when it is as it was made."""
    with zipfile.ZipFile(path) as pack:
        names = {one for one in pack.namelist() if not one.endswith("/")}
        if MANIFEST not in names:
            yield "The pack has no manifest."
            return
        text = pack.read(MANIFEST)
        if digest and hashlib.sha256(text).hexdigest() != digest.strip().lower():
            yield "The manifest is not the one that the trail knows."
        files = json.loads(text)["files"]
        for name in sorted(names - set(files) - {MANIFEST}):
            yield f"{name} is not named by the manifest."
        for name, expected in sorted(files.items()):
            if name not in names:
                yield f"{name} is missing."
            elif hashlib.sha256(pack.read(name)).hexdigest() != expected:
                yield f"{name} was changed."
        if TRAIL in names:
            for entry in json.loads(pack.read(TRAIL)):
                yield from _entry_problems(entry)


def _entry_problems(entry: dict[str, Any]) -> Iterator[str]:
    covered = {
        "chain": entry["chain_id"],
        "seq": entry["seq"],
        "at": entry["at"],
        "actor": entry["actor_id"],
        "on_behalf_of": entry["on_behalf_of_id"],
        "request": entry["request_id"],
        "verb": entry["verb"],
        "subject": [entry["subject_kind"], entry["subject_id"]],
        "before": entry["before_digest"],
        "after": entry["after_digest"],
        "words": entry["words_digest"],
        "previous": entry["previous_hash"],
    }
    if hashlib.sha256(_json(covered).encode()).hexdigest() != entry["hash"]:
        yield f"Trail entry {entry['seq']} was changed: its hash does not fit."
    if entry["salt"] is None:  # its values were destroyed by an approved act
        return
    words = _json([entry["label"] or "", entry["reason"]])
    for name, value in (("before", entry["before"]), ("after", entry["after"]), ("words", words)):
        present = "-" if value is None else f"+{value}"
        found = hashlib.sha256(f"{entry['salt']}\n{name}\n{present}".encode()).hexdigest()
        if found != entry[f"{name}_digest"]:
            yield f"The values of trail entry {entry['seq']} were changed."


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def main() -> int:
    """Tell what is wrong; 0 when nothing is, 1 when something is, 2 for a call that makes no sense."""
    if len(sys.argv) not in {2, 3}:
        sys.stderr.write((__doc__ or "") + "\n")
        return 2
    found = list(problems(*sys.argv[1:]))
    for sentence in found:
        sys.stdout.write(sentence + "\n")
    sys.stdout.write("The pack is not as it was made.\n" if found else "The pack is as it was made.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
