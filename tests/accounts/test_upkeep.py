from __future__ import annotations

from datetime import timedelta

import pytest

from app.accounts.links import Purpose, issue
from app.accounts.sessions import begin
from app.accounts.upkeep import clear_expired
from app.foundation.clock import Clock
from app.foundation.unit_of_work import unit_of_work
from tests.factories.accounts import a_person


@pytest.mark.usefixtures("app")
def test_sessions_and_links_are_cleared_a_month_after_their_end(clock: Clock) -> None:
    with unit_of_work() as uow:
        person = a_person(uow)
        begin(uow, person.id, browser="", address="")
        issue(uow, person.id, Purpose.RESET)

    clock.advance(timedelta(days=30))
    with unit_of_work() as uow:
        early = clear_expired(uow)
    clock.advance(timedelta(days=4))
    with unit_of_work() as uow:
        late = clear_expired(uow)

    assert (early, late) == (0, 2)
