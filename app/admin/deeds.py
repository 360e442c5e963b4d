"""The words for what Admin notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("person.handed_over", "Hand-over of a leaver", "handed over what a person held"),
    DeedWords("setting.changed", "Setting changed", "changed a setting"),
    DeedWords("mail.handed_over", "Mail handed over", "handed a mail over by hand"),
    DeedWords("mail.retried", "Mail tried again", "tried to send a mail again"),
)
