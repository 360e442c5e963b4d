"""The words for what every record notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("record.commented", "Comment written", "wrote a comment"),
    DeedWords("record.asked", "Question asked", "asked %(person)s"),
    DeedWords(
        "record.handed_over", "Record handed over", "named %(person)s here instead of a person who left"
    ),
    DeedWords("record.linked", "Records linked", "linked this to %(to)s"),
    DeedWords("record.unlinked", "Link taken away", "took a link away"),
    DeedWords("record.file_attached", "File attached", "attached %(file)s"),
    DeedWords("record.file_removed", "File taken off", "took a file off"),
    DeedWords("record.due_moved", "Due date moved", "moved the date this is due"),
    DeedWords("record.restricted", "Record restricted", "restricted who sees this"),
    DeedWords("record.unrestricted", "Restriction lifted", "opened this to everybody at the site"),
)
