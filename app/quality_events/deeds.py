"""The words for what the ledger of quality events notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords(
        "exposure.weights_changed", "Weights of exposure changed", "changed the weights of the exposure rule"
    ),
)
