"""T38 and T39 behind the door: a signature belongs to one person, record, version, meaning and moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.absences import plan_absence
from app.accounts.actor import Actor
from app.accounts.models import Person
from app.accounts.proving import Proof
from app.foundation.clock import clock
from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.records.manifest import manifest_of
from app.records.models import Attachment
from app.trail import entries_for
from app.trail.challenges import LIFE, SignatureRefused, issue_challenge
from app.trail.meanings import AuthMethod, Meaning
from app.trail.models import Signature, SigningChallenge
from app.workflow.acts import perform
from app.workflow.completion import Attempt, Completion, complete
from app.workflow.models import Task
from app.workflow.signing import SignatureMissing, Signing, asked_of, challenge, note_refusal
from app.workflow.tasks import NotYourTask, reassign
from tests.factories.accounts import actor_for
from tests.scenarios.conftest import app, company, scenario, template
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import close_nonconformity, confirmed, dispose, grant, reverify
from tests.trail.forgery import run_sql

__all__ = ["app", "company", "scenario", "template"]

Answers = Mapping[str, Any]
STEP = "authorise_disposition"
APPROVED = {"verdict": "approve"}
RETURNED = {"verdict": "return", "authority_comment": "Scrap the deep ones."}


@pytest.fixture
def story(scenario: Scenario) -> Scenario:
    """A nonconformity whose disposition waits for the signature of the authority."""
    return disposed(scenario)


def disposed(scenario: Scenario) -> Scenario:
    return dispose(confirmed(scenario, is_product_affected=True)).as_("authority")


def actor_of(story: Scenario, who: str = "authority", session_id: int | None = None) -> Actor:
    return replace(actor_for(story.company.people[who]), session_id=session_id)


def shown(story: Scenario, actor: Actor | None = None) -> str:
    """The challenge of the page that this person, else the authority, has open."""
    actor = actor or actor_of(story)
    with unit_of_work(actor.id) as uow:
        return challenge(uow, actor, story.task(STEP).id)


def send(story: Scenario, secret: str, actor: Actor | None = None, task: Task | None = None) -> Completion:
    """Send the form with a challenge, as the browser of the person does after the proof."""
    who, step = actor or actor_of(story), task or story.task(STEP)
    signing = Signing(secret, Proof(who.id, AuthMethod.PASSWORD))
    attempt = Attempt(APPROVED, f"form of {step.id}", step.row_version, signing)
    return perform(
        who.id,
        lambda uow: complete(uow, step.id, who, attempt),
        on_refusal=lambda uow, refusal: note_refusal(uow, step.id, signing, refusal),
    )


def attach(story: Scenario, file_id: int) -> None:
    with unit_of_work() as uow:
        uow.session.add(Attachment(record_id=story.record_id, file_id=file_id, added_at=uow.now))


def whys(story: Scenario) -> list[str]:
    """Why signatures of this record were refused, as the trail keeps it."""
    db.session.rollback()
    entries = entries_for(db.session(), story.record.kind, story.record_id)
    return [json.loads(one.after or "{}")["why"] for one in entries if one.verb == "signature.refused"]


def signatures() -> list[Signature]:
    db.session.rollback()
    return list(db.session.scalars(select(Signature).order_by(Signature.id)))


def refused(story: Scenario, secret: str, actor: Actor | None = None) -> str:
    """Return why nothing is signed; the step waits on, and the trail says the same."""
    with pytest.raises(SignatureRefused) as refusal:
        send(story, secret, actor)
    assert (whys(story), signatures()) == ([refusal.value.why], [])
    assert story.steps == [STEP]
    return refusal.value.why


def test_a_signature_says_who_when_where_what_and_how(story: Scenario) -> None:
    story.complete(STEP, APPROVED)

    (one,) = manifest_of(db.session(), "nonconformity", story.record_id)

    assert (one.printed_name, one.meaning, one.about) == (
        "Authority",
        "approval",
        "Authorise the disposition",
    )
    assert one.local_time == "17 Mar 2026 10:00:00 CET (09:00 UTC)"
    assert (one.method_words, one.zone) == ("with the password", "Europe/Warsaw")
    assert len(one.record_sha256) == 64
    assert one.form == "nonconformity 1"
    assert (one.is_valid, one.state_words) == (True, "valid")


def test_a_refusal_is_signed_too_with_its_reason(story: Scenario) -> None:
    story.complete(STEP, RETURNED)

    (one,) = manifest_of(db.session(), "nonconformity", story.record_id)

    assert (one.meaning, one.is_refusal, one.reason) == ("rejection", True, "Scrap the deep ones.")
    entries = entries_for(db.session(), "nonconformity", story.record_id)
    assert [entry.verb for entry in entries][-1] == "signature.declined"


def test_what_is_decided_anew_supersedes_the_signature_and_never_takes_it_along(story: Scenario) -> None:
    story.complete(STEP, RETURNED)
    dispose(story, disposition="scrap", disposition_note="Scrap the lot.").as_("authority")
    story.complete(STEP, APPROVED)

    first, second = manifest_of(db.session(), "nonconformity", story.record_id)

    assert (first.is_valid, second.is_valid) == (False, True)
    assert "superseded" in first.state_words
    assert first.record_sha256 != second.record_sha256


def test_work_that_goes_on_leaves_the_signature_valid(story: Scenario) -> None:
    story.complete(STEP, APPROVED)
    reverify(story)
    close_nonconformity(story)

    (one,) = manifest_of(db.session(), "nonconformity", story.record_id)

    assert one.is_valid


def test_a_record_altered_past_everything_shows_its_signature_as_superseded(story: Scenario) -> None:
    story.complete(STEP, APPROVED)

    run_sql(f"UPDATE nonconformity SET disposition = 'use_as_is' WHERE id = {story.record_id}")

    (one,) = manifest_of(db.session(), "nonconformity", story.record_id)
    assert not one.is_valid


def test_a_request_sent_again_signs_once_and_is_noted(story: Scenario) -> None:
    secret, task = shown(story), story.task(STEP)
    first = send(story, secret)

    again = send(story, secret, task=task)

    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert (len(signatures()), whys(story)) == (1, ["replayed"])


def test_a_challenge_used_before_signs_nothing_else(story: Scenario) -> None:
    secret = shown(story)
    with unit_of_work() as uow:
        row = uow.session.scalars(select(SigningChallenge)).one()
        row.used_at = uow.now

    assert refused(story, secret) == "replayed"


@pytest.mark.parametrize(
    ("why", "changed"),
    [
        ("other_record", {"subject_id": "999"}),
        ("other_record", {"subject_kind": "capa"}),
        ("other_record", {"task_id": 999}),
        ("other_meaning", {"meaning": Meaning.REVIEW}),
        ("record_changed", {"record_sha256": "0" * 64}),
    ],
)
def test_a_challenge_for_something_else_is_refused(story: Scenario, why: str, changed: Any) -> None:
    actor = actor_of(story)
    asked = asked_of(db.session(), actor, story.task(STEP))
    assert asked is not None
    with unit_of_work(actor.id) as uow:
        secret = issue_challenge(uow, replace(asked.bond, **changed))

    assert refused(story, secret) == why


def test_a_challenge_of_another_person_is_refused(story: Scenario) -> None:
    assert refused(story, shown(story, actor_of(story, "quality_manager"))) == "other_person"


def test_a_challenge_of_another_browser_is_refused(story: Scenario) -> None:
    assert refused(story, shown(story, actor_of(story, session_id=5))) == "other_session"


def test_a_challenge_nobody_made_is_refused(story: Scenario) -> None:
    assert refused(story, "made up") == "unknown"


def test_a_challenge_dies_after_five_minutes(story: Scenario) -> None:
    secret = shown(story)

    clock.advance(LIFE)

    assert refused(story, secret) == "expired"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE nonconformity SET disposition = 'use_as_is' WHERE id = {id}",
        "UPDATE record SET title = 'Another' WHERE id = {id}",
        "UPDATE record SET severity = 5 WHERE id = {id}",
        'UPDATE record SET extra = \'{{"disposition_note": "Other"}}\' WHERE id = {id}',
    ],
)
def test_a_record_that_changed_since_it_was_shown_is_not_signed(story: Scenario, change: str) -> None:
    secret = shown(story)

    run_sql(change.format(id=story.record_id))

    assert refused(story, secret) == "record_changed"


def test_a_file_added_since_it_was_shown_is_noticed(story: Scenario) -> None:
    secret = shown(story)

    attach(story, int(story.upload("Photo of the crack")[0]))

    assert refused(story, secret) == "record_changed"


def test_a_file_taken_off_after_signing_supersedes_and_one_added_does_not(story: Scenario) -> None:
    files = [int(one) for text in ("one", "two") for one in story.upload(text)]
    attach(story, files[0])
    story.complete(STEP, APPROVED)
    attach(story, files[1])
    added = manifest_of(db.session(), "nonconformity", story.record_id)[0].is_valid

    run_sql(f"UPDATE attachment SET removed_at = '2026-03-18' WHERE file_id = {files[0]}")

    db.session.rollback()
    assert added
    assert not manifest_of(db.session(), "nonconformity", story.record_id)[0].is_valid


def test_a_closed_account_signs_nothing(story: Scenario) -> None:
    secret, actor = shown(story), actor_of(story)
    with unit_of_work() as uow:
        uow.session.get_one(Person, actor.id).is_active = False

    assert refused(story, secret, actor) == "account_closed"


def test_a_task_given_to_somebody_else_meanwhile_is_not_signed(story: Scenario) -> None:
    secret = shown(story)
    with unit_of_work() as uow:
        reassign(uow, story.task(STEP).id, story.company.people["quality_manager"], "other work")

    with pytest.raises(NotYourTask):
        send(story, secret)

    assert (whys(story), signatures()) == (["not_permitted"], [])


def test_an_admin_signs_for_nobody(story: Scenario) -> None:
    grant(story, "reporter", "admin")

    with pytest.raises(NotYourTask):
        send(story, shown(story), actor_of(story, "reporter"))

    assert (whys(story), signatures()) == (["not_permitted"], [])


def test_a_substitute_signs_with_their_own_name_on_behalf_of_the_absent(story: Scenario) -> None:
    people = story.company.people
    with unit_of_work() as uow:
        plan_absence(
            uow,
            people["authority"],
            substitute_id=people["quality_manager"],
            starts_on=uow.now.date(),
            ends_on=uow.now.date(),
        )

    story.as_("quality_manager").complete(STEP, APPROVED)

    (one,) = manifest_of(db.session(), "nonconformity", story.record_id)
    assert (one.printed_name, one.on_behalf_of) == ("Quality_Manager", "Authority")


def test_a_step_that_is_signed_takes_no_answer_without_a_signature(story: Scenario) -> None:
    actor, task = actor_of(story), story.task(STEP)

    with pytest.raises(SignatureMissing), unit_of_work(actor.id) as uow:
        complete(uow, task.id, actor, Attempt(APPROVED, "form", task.row_version))


def test_a_proof_of_somebody_else_signs_nothing(story: Scenario) -> None:
    actor, task = actor_of(story), story.task(STEP)
    signing = Signing(shown(story), Proof(story.company.people["reporter"], AuthMethod.PASSWORD))

    with pytest.raises(SignatureRefused, match="something else"), unit_of_work(actor.id) as uow:
        complete(uow, task.id, actor, Attempt(APPROVED, "form", task.row_version, signing))
