"""The words for what documents and their changes notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("document.draft_locked", "Draft locked", "locked the draft of revision %(revision)s"),
    DeedWords("document.comments_answered", "Review comments answered", "answered what reviewers said"),
    DeedWords("document.approved", "Document approved", "gave the last approval"),
    DeedWords("document.returned", "Document sent back", "sent it back"),
    DeedWords("document.taken_back", "Revision taken back", "took revision %(revision)s back"),
    DeedWords("document.revision_effective", "Revision in force", "revision %(revision)s came into force"),
    DeedWords("document.withdrawn", "Document withdrawn", "withdrew the document"),
    DeedWords("document.looked_at", "Document looked at again", "looked at it again"),
    DeedWords("document.copy_issued", "Printed copy given out", "gave out printed copy %(copy)s"),
    DeedWords(
        "document.copy_returned", "Printed copy accounted for", "noted what became of printed copy %(copy)s"
    ),
    DeedWords("document.change_refused", "Change request refused", "refused the request"),
    DeedWords("document.change_joined", "Change joined another", "let it join another change"),
    DeedWords("document.change_rejected", "Change rejected", "rejected the change"),
    DeedWords("document.wish_added", "Wish added to a change", "wants the change as well"),
)
