"""The words for what approvals and their chains notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("approval.begun", "Approval begun", "asked for approval"),
    DeedWords("approval.voted", "Vote given", "voted in “%(stage)s”"),
    DeedWords("approval.voted_yes", "Voted yes", "said yes in “%(stage)s”"),
    DeedWords("approval.voted_no", "Voted no", "said no in “%(stage)s”"),
    DeedWords("approval.approved", "Approved", "completed the approval"),
    DeedWords("approval.returned", "Sent back from approval", "sent this back from approval"),
    DeedWords("approval.rejected", "Rejected", "refused this for good"),
    DeedWords("approval.cancelled", "Approval cancelled", "cancelled the approval"),
    DeedWords("chain.begun", "Chain draft begun", "began a new version of an approval chain"),
    DeedWords("chain.draft_discarded", "Chain draft discarded", "discarded the draft of an approval chain"),
    DeedWords("chain.published", "Chain published", "put an approval chain in force"),
)
