"""What a signature can mean, and how a person proved who they are. Closed sets; the values are stored."""

from __future__ import annotations

from enum import StrEnum

from app.foundation.i18n import gettext as _


class Meaning(StrEnum):
    """What somebody stands for by signing.

    Source: 21 CFR 11.50 asks for the meaning beside each signature; the set is ours.
    """

    AUTHOR = "author"
    REVIEW = "review"
    APPROVAL = "approval"
    VERIFICATION = "verification"
    ACKNOWLEDGEMENT = "acknowledgement"
    REJECTION = "rejection"


class AuthMethod(StrEnum):
    """How a signer proved who they are."""

    PASSWORD = "password"  # noqa: S105  the name of a method
    PIN = "pin"


def meaning_word(meaning: str) -> str:
    """Return a meaning in the reader's language; one that is not ours stays as it is."""
    words = {
        Meaning.AUTHOR: _("authorship"),
        Meaning.REVIEW: _("review"),
        Meaning.APPROVAL: _("approval"),
        Meaning.VERIFICATION: _("verification"),
        Meaning.ACKNOWLEDGEMENT: _("acknowledgement"),
        Meaning.REJECTION: _("rejection"),
    }
    return next((word for known, word in words.items() if known.value == meaning), meaning.replace("_", " "))


def method_word(method: str) -> str:
    """Return how somebody proved who they are, in the reader's language."""
    words = {AuthMethod.PASSWORD.value: _("with the password"), AuthMethod.PIN.value: _("with the PIN")}
    return words.get(method, method)
