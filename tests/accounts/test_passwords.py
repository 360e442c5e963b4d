from __future__ import annotations

import re
import threading

import pytest

from app.accounts.digests import make_code, make_secret, normalise_code
from app.accounts.passwords import Passwords, PasswordWeak, check_password, require_good

FAST = Passwords(is_fast=True)


@pytest.mark.parametrize(
    "password",
    [
        "seven lazy herons wade",
        "żółty słoń w składzie porcelany",
        "aB3$" * 3 + "x",
        " twelve blanks and more ",
        "x7" + "long phrase number " * 6,
    ],
)
def test_long_enough_and_uncommon_is_good(password: str) -> None:
    assert check_password(password, user_name="marta", name="Marta Nowak") == []


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("elevenchars", "short"),
        ("x" * 129, "long"),
        ("password1234", "common"),
        ("P@ssw0rd1234", "common"),
        ("Welcome 2026!", "common"),
        ("qwertyuiopas", "common"),
        ("098765432109", "common"),
        ("abcabcabcabcabc", "common"),
        ("correct horse battery staple", "common"),
        ("martanowak2026", "personal"),
    ],
)
def test_what_is_tried_first_is_refused(password: str, rule: str) -> None:
    problems = check_password(password, user_name="martanowak", name="Marta Nowak")

    assert [one.rule for one in problems] == [rule]


def test_a_weak_password_raises_with_its_reason() -> None:
    with pytest.raises(PasswordWeak, match="too short"):
        require_good("short", user_name="marta", name="Marta")


def test_nothing_is_cut_off() -> None:
    stored = FAST.hash("x" * 100 + "a")

    assert not FAST.verify(stored, "x" * 100 + "b")


def test_the_same_letters_typed_differently_are_the_same() -> None:
    assert FAST.verify(FAST.hash("caf\u00e9 au lait noir"), "cafe\u0301 au lait noir")


def test_without_a_stored_hash_the_answer_is_no() -> None:
    assert not FAST.verify(None, "nobody's password")


def test_the_real_parameters_are_argon2id_with_64_mebibytes() -> None:
    stored = Passwords().hash("seven lazy herons wade")

    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert FAST.needs_rehash(stored)


def test_only_a_few_hash_at_the_same_time() -> None:
    stored = FAST.hash("seven lazy herons wade")
    seen: list[bool] = []

    threads = [threading.Thread(target=lambda: seen.append(FAST.verify(stored, "wrong"))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [False] * 16


def test_secrets_have_256_bits_and_codes_read_well_on_paper() -> None:
    assert len(make_secret()) == 43
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){3}", make_code())


def test_a_code_is_read_however_it_was_typed() -> None:
    assert normalise_code(" abcd efgh-jkmn pqrs ") == "ABCD-EFGH-JKMN-PQRS"
