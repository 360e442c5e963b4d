"""The words for what management reviews notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (DeedWords("management_review.pack_frozen", "Review pack frozen", "froze the pack of the review"),)
