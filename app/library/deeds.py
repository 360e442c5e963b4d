"""The words for what the library notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (DeedWords("document.copy_made", "Controlled copy made", "made the controlled copy"),)
