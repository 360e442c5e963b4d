"""The words for what evidence notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("evidence.pack_made", "Evidence pack made", "made an evidence pack"),
    DeedWords("evidence.pack_asked", "Evidence pack asked for", "asked for an evidence pack"),
    DeedWords("evidence.pack_failed", "Evidence pack failed", "could not make an evidence pack"),
    DeedWords("evidence.pack_taken", "Evidence pack taken", "took an evidence pack away"),
    DeedWords("evidence.pack_removed", "Evidence pack removed", "removed an evidence pack"),
    DeedWords("audit_room.opened", "Audit room opened", "opened an audit room"),
    DeedWords("audit_room.closed", "Audit room closed", "closed an audit room"),
    DeedWords("audit_room.looked", "Looked at in an audit room", "looked at something in an audit room"),
    DeedWords("trail.reviewed", "Trail reviewed", "signed off a review of the trail"),
    DeedWords("data.destruction_approved", "Destruction of data approved", "approved a destruction of data"),
    DeedWords("data.destroyed", "Personal data destroyed", "destroyed personal data"),
    DeedWords("data.kept", "Personal data kept", "could not destroy personal data"),
    DeedWords("trail.check_asked", "Check of the trail asked for", "asked for a check of the trail"),
    DeedWords("trail.checked", "Trail checked", "checked the trail"),
)
