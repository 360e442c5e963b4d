"""The key that signs checkpoints: a file of the home, never in the database and never in a backup."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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
        owner = _ed25519().Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        owner.verify(bytes.fromhex(signature), text.encode())
    except (import_module("cryptography.exceptions").InvalidSignature, ValueError):
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
        return _private_keys().from_private_bytes(bytes.fromhex(file.read_text().strip()))
    key = _private_keys().generate()
    with os.fdopen(descriptor, "w") as stream:
        stream.write(key.private_bytes_raw().hex())
    return key


def _private_keys() -> type[Ed25519PrivateKey]:
    keys: type[Ed25519PrivateKey] = _ed25519().Ed25519PrivateKey
    return keys


def _ed25519() -> ModuleType:
    """Return the library, loaded with the first signature: a web process hardly ever comes to one."""
    return import_module("cryptography.hazmat.primitives.asymmetric.ed25519")
