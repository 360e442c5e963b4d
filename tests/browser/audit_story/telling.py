"""Who is at which browser in the story of an audit, and what their pages leave to be wished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page

from app.accounts.models import Person
from app.foundation import clock
from app.foundation.db import db
from app.workflow.delivery import deliver_due
from app.workflow.timers import fire_due
from tests.browser.company import as_person
from tests.browser.main_job.persona import Persona
from tests.browser.rig import View
from tests.factories.accounts import Somebody
from tests.scenarios.dsl import Scenario


class Guest(Persona):
    """Somebody at a browser; the scheduler works between two tasks, so what was sent has arrived."""

    def open_task(self, verb: str, matter: str = "") -> Page:
        settle()
        return super().open_task(verb, matter)


@dataclass
class Telling:
    """The people by role. Shape: `proof` is a file to attach."""

    story: Scenario
    open_browser: Callable[[], View]
    proof: Path
    wrong: list[str] = field(default_factory=list)
    _guests: dict[str, Guest] = field(default_factory=dict)
    _entered_at: dict[str, datetime] = field(default_factory=dict)

    def __getitem__(self, who: str) -> Guest:
        """Let somebody in with a browser of their own, again when time has passed."""
        person_id = self.story.company.people[who]
        guest = self._guests.get(who) or self._guests.setdefault(who, self._meet(person_id))
        if self._entered_at.get(who) != clock.now():
            self._entered_at[who] = clock.now()
            as_person(guest.view, Somebody(person_id, guest.user_name))
        return guest

    def show(self, who: str, name: str) -> None:
        """Keep the picture for the handbook, and note what is wrong with the page as it is now."""
        view = self[who].view
        view.picture(f"handbook-auditor-story-{name}")
        self.wrong += [f"{name}: {what}" for what in view.at_a_glance()]

    def _meet(self, person_id: int) -> Guest:
        db.session.rollback()
        person = db.session.get_one(Person, person_id)
        return Guest(person.name, person.user_name, self.open_browser())


def settle() -> None:
    """Do what the scheduler of a server does all the time: deliver what was sent, fire what is due."""
    deliver_due()
    fire_due()
    deliver_due()
    db.session.rollback()


def day(number: int = 0) -> str:
    """The day so many days from now, as an input of a page takes it."""
    return (clock.now() + timedelta(days=number)).date().isoformat()
