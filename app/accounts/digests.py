"""Random secrets and the digests kept of them: what the database holds opens no door."""

from __future__ import annotations

import hashlib
import secrets

SECRET_BYTES = 32  # 256 bits: sessions and links
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else on paper
CODE_BLOCKS = 4
CODE_BLOCK_LENGTH = 4


def make_secret() -> str:
    """Return a random secret of 256 bits, fit for a cookie or an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def make_code() -> str:
    """Return a random code people can type from paper, about 79 bits: ABCD-EFGH-JKLM-NPQR."""
    blocks = (
        "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_BLOCK_LENGTH)) for _ in range(CODE_BLOCKS)
    )
    return "-".join(blocks)


def normalise_code(typed: str) -> str:
    """Return a typed code as it was printed, whatever case and gaps were used."""
    letters = "".join(letter for letter in typed.upper() if letter in CODE_ALPHABET)
    size = CODE_BLOCK_LENGTH
    return "-".join(letters[start : start + size] for start in range(0, len(letters), size))


def digest_of(secret: str) -> str:
    """Return what is stored of a random secret; no salt or stretching is needed at 256 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
