"""The words for what the trail notes of itself, of signatures and of the database it stands in."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("installation.created", "Database created", "created this database"),
    DeedWords("demo.made", "Demo company made", "made the demo company"),
    DeedWords("clock.advanced", "Clock moved", "moved the clock"),
    DeedWords(
        "trail.values_destroyed", "Values destroyed", "destroyed the values of an entry after approval"
    ),
    DeedWords("signature.given", "Signature given", "signed this"),
    DeedWords("signature.declined", "Signature refused by its signer", "signed a refusal"),
    DeedWords(
        "signature.refused",
        "Signature not accepted",
        "tried to sign “%(task)s”; it was refused and nothing was signed",
    ),
)
