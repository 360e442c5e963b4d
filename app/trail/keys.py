"""The key that signs checkpoints: a file of the home, never in the database and never in a backup."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_FILE = "checkpoint.key"


def sign(folder: Path, text: str) -> tuple[str, str]:
    """Return the public key and the signature of a text, both as hexadecimal words.

    Effects: makes the key at its first use, with mode 0600.
    Source: reliability R15; Ed25519 as in RFC 8032.
    """
    key = _key_of(folder)
    return key.public_key().public_bytes_raw().hex(), key.sign(text.encode()).hex()


def is_signed_by(key: str, signature: str, text: str) -> bool:
    """Tell whether a text was signed by the owner of a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key_of(folder: Path) -> str:
    """Return the public key of a home as a hexadecimal word. Effects: as `sign`."""
    return _key_of(folder).public_key().public_bytes_raw().hex()


def _key_of(folder: Path) -> Ed25519PrivateKey:
    file = folder / KEY_FILE
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text().strip()))
    key = Ed25519PrivateKey.generate()
    with os.fdopen(descriptor, "w") as stream:
        stream.write(key.private_bytes_raw().hex())
    return key
