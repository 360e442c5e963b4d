"""Verify an evidence pack without Keel: needs Python 3.9 or newer and nothing else.

Usage: python verify.py PACK.zip [DIGEST ...]

It recomputes the SHA-256 of every file the manifest names, refuses files it does not name, checks the seal
of the manifest, and recomputes the hash and the digests of every trail entry in the pack.

The seal shows that nobody changed the pack who does not have the key. It is printed: compare it with the key
you noted. Each DIGEST you give must be the key of the seal, the SHA-256 of the manifest or that of the whole
pack; the last two stand in Keel's own trail, in the entry that says the pack was made.

The seal is Ed25519 (RFC 8032), computed here with whole numbers alone.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

MANIFEST, SEAL, TRAIL = "manifest.json", "seal.json", "trail.json"
SEALED_WORDS = "keel evidence pack {}"
CHUNK = 256 * 1024


def problems(path: str, *known: str) -> Iterator[str]:
    """Yield everything that is wrong with a pack, nothing when it is as it was made."""
    try:
        with zipfile.ZipFile(path) as pack:
            yield from _problems(pack, path, known)
    except Exception as error:  # noqa: BLE001 - whatever cannot be read was changed
        yield f"The pack cannot be read: {error}"


def seal_text(key: str, signature: str) -> bytes:
    """Return the one text of a seal."""
    return _json({"key": key, "signature": signature}).encode()


def key_of(path: str) -> str:
    """Return the key that sealed a pack, as it says itself; empty without a seal."""
    try:
        with zipfile.ZipFile(path) as pack:
            return str(json.loads(pack.read(SEAL))["key"])
    except Exception:  # noqa: BLE001 - whatever is wrong with it is told by `problems`
        return ""


def _problems(pack: zipfile.ZipFile, path: str, known: tuple[str, ...]) -> Iterator[str]:
    listed = [one for one in pack.namelist() if not one.endswith("/")]
    names = set(listed)
    for name in sorted(one for one in names if listed.count(one) > 1):
        yield f"{name} stands in the pack twice."
    for name in (MANIFEST, SEAL):
        if name not in names:
            yield f"The pack has no {name}."
            return
    text = pack.read(MANIFEST)
    digest = hashlib.sha256(text).hexdigest()
    seal = json.loads(pack.read(SEAL))
    if pack.read(SEAL) != seal_text(str(seal["key"]).lower(), str(seal["signature"]).lower()):
        yield "The seal was changed."
    if not is_signed(str(seal["key"]), str(seal["signature"]), SEALED_WORDS.format(digest).encode()):
        yield "The seal does not fit the manifest."
    for one in known:
        if one.strip().lower() not in {digest, str(seal["key"]), _digest_of_file(path)}:
            yield f"This is not the pack of {one}."
    yield from _differences(pack, names - {MANIFEST, SEAL}, json.loads(text)["files"])


def _differences(pack: zipfile.ZipFile, names: set[str], files: dict[str, str]) -> Iterator[str]:
    for name in sorted(names - set(files)):
        yield f"{name} is not named by the manifest."
    for name, expected in sorted(files.items()):
        if name not in names:
            yield f"{name} is missing."
        else:
            yield from _file_problems(pack, name, expected)


def _file_problems(pack: zipfile.ZipFile, name: str, expected: str) -> Iterator[str]:
    if _is_leading_away(name):
        yield f"{name} would be unpacked outside its folder."
    try:
        with pack.open(name) as stream:
            digest = _digest_of(stream)
    except Exception as error:  # noqa: BLE001 - a damaged member is a changed one
        yield f"{name} was changed: {error}"
        return
    if digest != expected:
        yield f"{name} was changed."
    if name.rpartition("/")[2] == TRAIL:
        try:
            for entry in json.loads(pack.read(name)):
                yield from _entry_problems(entry)
        except (ValueError, KeyError, TypeError):
            yield f"{name} cannot be read."


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


def _is_leading_away(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name[:2]


def _digest_of_file(path: str) -> str:
    with open(path, "rb") as stream:  # noqa: PTH123 - the script stays short
        return _digest_of(stream)


def _digest_of(stream: Any) -> str:
    digest = hashlib.sha256()
    while True:
        piece = stream.read(CHUNK)
        if not piece:
            return digest.hexdigest()
        digest.update(piece)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


# The seal: points of the curve -x² + y² = 1 + D x² y² over the whole numbers below P (RFC 8032, 5.1).
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def is_signed(key: str, signature: str, message: bytes) -> bool:
    """Tell whether a text was signed by the owner of a public key; both are hexadecimal words."""
    try:
        key_bytes, signed = bytes.fromhex(key), bytes.fromhex(signature)
        owner, commitment = _point_of(key_bytes), _point_of(signed[:32])
    except ValueError:
        return False
    answer = int.from_bytes(signed[32:], "little")
    if len(key_bytes) != 32 or len(signed) != 64 or answer >= ORDER:
        return False
    asked = hashlib.sha512(signed[:32] + key_bytes + message).digest()
    question = int.from_bytes(asked, "little") % ORDER
    base = _point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    return _times(answer, base) == _sum(commitment, _times(question, owner))


def _point_of(packed: bytes) -> tuple[int, int]:
    number = int.from_bytes(packed, "little")
    y, is_odd = number & ((1 << 255) - 1), number >> 255
    if len(packed) != 32 or y >= P:
        raise ValueError("not a point")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and is_odd):
        raise ValueError("not a point")
    return (P - x if x & 1 != is_odd else x, y)


def _sum(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    (x1, y1), (x2, y2) = one, two
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, P - 2, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - product, P - 2, P) % P
    return (x, y)


def _times(number: int, point: tuple[int, int]) -> tuple[int, int]:
    total = (0, 1)
    while number:
        if number & 1:
            total = _sum(total, point)
        point, number = _sum(point, point), number >> 1
    return total


def main() -> int:
    """Tell what is wrong; 0 when nothing is, 1 when something is, 2 for a call that makes no sense."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.stderr.write((__doc__ or "") + "\n")
        return 2
    found = list(problems(*sys.argv[1:]))
    for sentence in found:
        sys.stdout.write(sentence + "\n")
    sys.stdout.write("The pack is not as it was made.\n" if found else "The pack is as it was made.\n")
    sys.stdout.write(f"Sealed with the key {key_of(sys.argv[1])}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
