"""Passwords: which are good enough, and how they are kept (argon2id). No composition rules, no truncation."""

from __future__ import annotations

import threading
from functools import cached_property
from unicodedata import normalize

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.common_passwords import is_common
from app.foundation.errors import Invalid, Problem
from app.foundation.i18n import gettext as _

SHORTEST = 12
LONGEST = 128
PARALLEL_HASHES = 2  # each takes 64 MiB and a core; a flood of sign-ins must not take the machine


class PasswordWeak(Invalid):
    """The password does not meet the rules."""


class Passwords:
    """Hashes and verifies passwords, a few at a time.

    Shape: `is_fast` uses parameters that protect nothing; it is for tests only.
    """

    def __init__(self, *, is_fast: bool = False) -> None:
        """Choose the cost: RFC 9106's second recommendation (64 MiB, 3 passes), or next to nothing."""
        if is_fast:
            self._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)
        else:
            self._hasher = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4, type=Type.ID)
        self._turns = threading.BoundedSemaphore(PARALLEL_HASHES)

    def hash(self, password: str) -> str:
        """Return what is stored of a password, with its salt and parameters."""
        with self._turns:
            return self._hasher.hash(_plain(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Tell whether the password is the stored one; without a stored one, take as long and say no."""
        with self._turns:
            try:
                is_right = self._hasher.verify(stored or self._nobodys_hash, _plain(password))
            except (VerificationError, InvalidHashError):
                return False
        return is_right and stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether a stored hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    @cached_property
    def _nobodys_hash(self) -> str:
        return self._hasher.hash("nobody's password")


def check_password(password: str, *, user_name: str, name: str) -> list[Problem]:
    """Return what is wrong with a chosen password.

    Units: 12 to 128 characters, counted after normalising, every character allowed.
    Source: OWASP ASVS 5.0, 6.2: length, a list of common passwords, no rules of composition.
    """
    plain = _plain(password)
    if len(plain) < SHORTEST:
        return [
            _problem(
                "short", _("This is too short."), _("Use at least %(least)s characters.", least=SHORTEST)
            )
        ]
    if len(plain) > LONGEST:
        return [_problem("long", _("This is too long."), _("Use at most %(most)s characters.", most=LONGEST))]
    if is_common(plain):
        mend = _("Choose a few words that nobody would put together.")
        return [_problem("common", _("Many people use this or something like it."), mend)]
    if _is_about(plain, user_name) or _is_about(plain, name):
        return [
            _problem("personal", _("This is little more than your name."), _("Add some unrelated words."))
        ]
    return []


def require_good(password: str, *, user_name: str, name: str) -> None:
    """Pass when the password may be used.

    Errors: PasswordWeak with the reason.
    """
    problems = check_password(password, user_name=user_name, name=name)
    if problems:
        raise PasswordWeak(problems[0].sentence, problems)


def _plain(password: str) -> str:
    return normalize("NFKC", password)  # the same keys give the same password on every device


def _is_about(password: str, words: str) -> bool:
    folded, known = password.casefold(), words.casefold().replace(" ", "")
    return bool(known) and len(folded.replace(known, "").strip("0123456789!.?-_ ")) < 4 and known in folded


def _problem(rule: str, sentence: str, mend: str) -> Problem:
    return Problem("password", rule, sentence, mend)
