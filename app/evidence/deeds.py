"""The words for what evidence notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("evidence.pack_made", "Evidence pack made", "made an evidence pack"),
    DeedWords("trail.check_asked", "Check of the trail asked for", "asked for a check of the trail"),
    DeedWords("trail.checked", "Trail checked", "checked the trail"),
)
