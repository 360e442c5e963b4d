"""The words for what improvements notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (DeedWords("improvement.closed", "Improvement closed", "closed this improvement"),)
