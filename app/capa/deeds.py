"""The words for what nonconformities and CAPAs notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("nonconformity.closed", "Nonconformity closed", "closed this"),
    DeedWords("nonconformity.reported_again", "Reported again", "reported this again"),
    DeedWords("nonconformity.systemic", "Nonconformity found systemic", "found that this is systemic"),
    DeedWords("nonconformity.trend_goes_on", "Trend goes on", "noted that the trend goes on"),
    DeedWords("capa.closed", "CAPA closed", "closed this CAPA"),
    DeedWords("capa.ineffective", "CAPA found ineffective", "found that it had no lasting effect"),
    DeedWords("capa.joined", "Case joined a CAPA", "added a case to this CAPA"),
    DeedWords("capa.recurred", "CAPA: happened again", "showed that it happened again"),
    DeedWords("capa.cause_returned", "Cause sent back", "sent the cause back"),
    DeedWords("capa.wait_extended", "Waiting period extended", "made the waiting period longer"),
    DeedWords("capa.clean_units_reported", "Clean units reported", "reported units without the defect"),
)
