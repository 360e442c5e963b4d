"""The words for what alerts of trends note in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("trend_alert.explained", "Trend alert explained", "explained the alert"),
    DeedWords("trend_alert.goes_on", "Trend alert goes on", "noted that the alert goes on"),
)
