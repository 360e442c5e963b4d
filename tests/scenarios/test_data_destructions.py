"""Personal data is destroyed by an approved act; nothing of it is left, and the trail still verifies."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from sqlalchemy import text

from app.evidence.destruction.carrying_out import job
from app.evidence.destruction.models import DataDestruction
from app.evidence.destruction.rules import MARK, cleaned, needle_of, pattern_of, words_of
from app.evidence.witnesses import ENTRY_WITNESSES, WITNESSES
from app.foundation.backup import FILES
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.file_store import FileStore
from app.records import search
from app.trail.service import entries_for
from app.trail.signature_witnesses import unvouched_signatures
from app.trail.verification import verify
from app.trail.witnesses import contradictions, entry_contradictions
from tests.factories.accounts import actor_for
from tests.scenarios.destructions import (
    FOREIGN,
    NAME,
    approved,
    asked,
    opened_home,
    told_everywhere,
    weighed,
)
from tests.scenarios.dsl import Scenario


@pytest.fixture
def home(scenario: Scenario) -> Path:
    return opened_home(scenario)


def bytes_of(folder: Path) -> bytes:
    """Everything that lies in the home: the database with its log, and the files."""
    return b"".join(one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file())


def tombstones() -> int:
    """How many entries of the trail have lost their values."""
    return int(db.session.execute(text("SELECT count(*) FROM trail_entry WHERE salt IS NULL")).scalar_one())


def snapshots() -> str:
    """What the engine keeps of all instances, which lies compressed."""
    rows = db.session.execute(text("SELECT snapshot FROM process_instance")).scalars()
    return "".join(zlib.decompress(one.partition(b"\n")[2]).decode() for one in rows if one)


def test_what_is_destroyed_is_nowhere_and_the_trail_still_verifies(scenario: Scenario, home: Path) -> None:
    told = told_everywhere(scenario)
    file = home / FILES
    upload = scenario.as_("process_owner").upload(f"Letter to {NAME}.")
    assert upload
    story = approved(asked(scenario.sibling()))
    assert NAME.encode() in bytes_of(home)

    job(FileStore(file))()
    db.session.remove()
    db.engine.dispose()
    job(FileStore(file))()
    db.session.remove()

    left = bytes_of(home).decode("utf-8", "ignore").lower()
    for word in (NAME, FOREIGN):
        assert word.lower() not in left
        assert word.lower().encode("unicode_escape").decode() not in left
    assert "quirkwell" not in left
    assert "quirkwell" not in snapshots().lower()
    assert MARK in db.session.execute(text(f"SELECT title FROM record WHERE id = {told}")).scalar_one()
    assert verify(db.session()).is_intact
    assert 0 < tombstones() < 20
    assert list(entry_contradictions(db.session(), ENTRY_WITNESSES)) == []
    assert list(contradictions(db.session(), WITNESSES)) == []
    assert list(unvouched_signatures(db.session())) == []
    assert story.record.status == "destroyed"
    verbs = [one.verb for one in entries_for(db.session(), "data_destruction", story.record_id)]
    assert verbs[-1] == "data.destroyed"


def test_search_finds_it_no_more(scenario: Scenario, home: Path) -> None:
    told_everywhere(scenario)
    actor = actor_for(scenario.company.people["quality_manager"])
    assert search.find_records(db.session(), actor, "Quirkwell")
    approved(asked(scenario.sibling()))

    job(FileStore(home / FILES))()

    db.session.rollback()
    assert not search.find_records(db.session(), actor, "Quirkwell")


def test_whoever_asked_never_approves_and_nothing_goes_before(scenario: Scenario, home: Path) -> None:
    told_everywhere(scenario)
    story = asked(scenario.sibling())
    weighed(story)

    job(FileStore(home / FILES))()

    assert story.record.status == "to_approve"
    assert NAME in story.record.words


def test_a_request_that_is_sent_back_is_weighed_again(scenario: Scenario, home: Path) -> None:
    assert home
    told_everywhere(scenario)
    story = asked(scenario.sibling())
    weighed(story)

    story.as_("top_management").refuse("approve_destruction", "Is the warranty over?")

    assert story.steps == ["weigh_request"]
    assert "warranty" in story.record.verdict_comment


@pytest.mark.parametrize("words", ["abc", "", "Quality_Manager"], ids=["short", "none", "open account"])
def test_words_that_are_too_short_or_name_an_open_account_are_refused(
    scenario: Scenario, home: Path, words: str
) -> None:
    assert home

    with pytest.raises(Invalid):
        asked(scenario, words)

    assert scenario.records(DataDestruction) == []


def test_words_are_taken_out_whatever_their_case_and_inside_lists() -> None:
    pattern = pattern_of(words_of("Ann Bell\n\nAnn  Bell-Smith"))

    assert cleaned({"a": ["ANN BELL-SMITH rang", 3]}, pattern) == {"a": [f"{MARK} rang", 3]}
    assert cleaned("Bell Ann", pattern) == "Bell Ann"
    assert needle_of("Żółćmir Ąbrowski") == "browski"
