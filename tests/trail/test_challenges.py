"""A challenge is used once, also by two who come at the same moment, and is forgotten a day after its end."""

from __future__ import annotations

import threading
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from app.foundation.clock import Clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.trail.challenges import (
    LIFE,
    Bond,
    SignatureRefused,
    issue_challenge,
    purge_challenges,
    spend_challenge,
)
from app.trail.meanings import Meaning
from app.trail.models import SigningChallenge

BOND = Bond(7, 3, "document", "1", 5, Meaning.APPROVAL, "a" * 64)


def issued() -> str:
    with unit_of_work(7) as uow:
        return issue_challenge(uow, BOND)


def kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SigningChallenge)) or 0


def test_of_uses_at_the_same_moment_one_wins(any_app: Flask) -> None:
    secret, outcomes = issued(), []

    def use() -> None:
        with any_app.app_context():
            try:
                with unit_of_work(7) as uow:
                    spend_challenge(uow, secret, BOND)
                outcomes.append("signed")
            except SignatureRefused as refusal:
                outcomes.append(refusal.why.value)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["replayed"] * 5 + ["signed"]


def test_a_dead_challenge_is_kept_for_a_day_to_tell_a_late_replay(app: Flask, clock: Clock) -> None:
    assert app.testing
    issued()

    clock.advance(LIFE + timedelta(hours=23))
    with unit_of_work() as uow:
        purge_challenges(uow)
    within = kept()
    clock.advance(timedelta(hours=1))
    with unit_of_work() as uow:
        purge_challenges(uow)

    assert (within, kept()) == (1, 0)
