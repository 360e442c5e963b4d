"""Requests to destroy personal data, as several tests ask, weigh and approve them."""

from __future__ import annotations

from pathlib import Path

from flask import current_app

from app.accounts.grants import GrantOrder, give
from app.accounts.roles import Role
from app.evidence.destruction.carrying_out import job
from app.foundation import clock
from app.foundation.backup import FILES
from app.foundation.db import db
from app.foundation.file_store import FileStore
from app.foundation.unit_of_work import unit_of_work
from app.records.comments import add_comment
from app.workflow import start_drafts, tasks
from tests.factories.accounts import actor_for
from tests.scenarios.dsl import Scenario
from tests.scenarios.steps import report

NAME = "Zenobia Quirkwell"
FOREIGN = "Żółćmir Ąbrowski"


def opened_home(scenario: Scenario) -> Path:
    """Let two people weigh and approve, and return the home of Keel."""
    with unit_of_work() as uow:
        for who in ("quality_manager", "top_management"):
            give(uow, scenario.company.people[who], GrantOrder(Role(who), None))
    found: Path = current_app.config["KEEL"].home
    return found


def told_everywhere(scenario: Scenario) -> int:
    """A record whose title, answers, comment, file, drafts and search index name a customer."""
    report(
        scenario, title=f"{NAME} called", description=f"{FOREIGN.upper()} and {NAME.lower()} heard a noise."
    )
    done = {
        "containment_choice": "done",
        "containment": f"Lot blocked; told {NAME}.",
        "is_stock_blocked": True,
    }
    scenario.as_("process_owner").complete("contain", {**done, "contained_at": clock.now().isoformat()})
    actor = actor_for(scenario.company.people["quality_coordinator"])
    with unit_of_work(actor.id) as uow:
        add_comment(uow, actor, scenario.record_id, f"I rang {NAME} back.")
        start_drafts.keep(uow, "nonconformity", actor, {"title": f"{FOREIGN} again"})
        tasks.claim(uow, scenario.task("triage").id, actor)
        tasks.save_draft(uow, scenario.task("triage").id, actor, {"cause_guess": f"Ask {NAME}"})
    return scenario.record_id


def asked(scenario: Scenario, words: str = f"{NAME}\n{FOREIGN}") -> Scenario:
    """A request whose files Keel has read."""
    scenario.as_("quality_manager").start(
        "data_destruction", {"words": words, "reason": "Asked for.", "legal_basis": "Article 17 GDPR"}
    )
    work()
    return scenario


def work() -> None:
    """The job reads files, and carries out what was approved."""
    job(FileStore(current_app.config["KEEL"].home / FILES))()
    db.session.rollback()


def weighed(scenario: Scenario, **decisions: tuple[str, str]) -> Scenario:
    """Weigh the request; files are decided as proposed, or by the first word of their name."""
    rows = []
    for row in scenario.record.files or ():
        verdict, reason = decisions.get(row["title"].split(".")[0], (row["verdict"], row["reason"]))
        shown = {key: value for key, value in row.items() if key != "is_fixed"}
        rows.append({**shown, "verdict": verdict, "reason": reason})
    answers = {"is_lawful": True, "weighing": "No contract is open.", "files": rows}
    return scenario.as_("quality_manager").complete("weigh_request", answers)


def approved(scenario: Scenario, **decisions: tuple[str, str]) -> Scenario:
    return weighed(scenario, **decisions).as_("top_management").approve("approve_destruction")
