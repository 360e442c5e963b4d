"""The words for what risks notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("risk.assessed", "Risk assessed", "assessed the risk"),
    DeedWords("risk.accepted", "Risk accepted", "accepted the risk"),
    DeedWords("risk.acceptance_rejected", "Acceptance refused", "refused to accept the risk"),
    DeedWords("risk.acceptance_revoked", "Acceptance revoked", "revoked the acceptance"),
    DeedWords("risk.acceptance_expired", "Acceptance ended", "ended the acceptance on its day"),
    DeedWords(
        "risk.decided_by_top_management", "Decided by top management", "decided on a risk that stays red"
    ),
    DeedWords("risk.appetite_set", "Risk appetite set", "set how much risk is accepted"),
)
