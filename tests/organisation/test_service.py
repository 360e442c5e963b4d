from __future__ import annotations

import pytest

from app.foundation.db import db
from app.foundation.unit_of_work import unit_of_work
from app.organisation.kinds import KINDS, Entry, Kind, KindKey
from app.organisation.service import (
    EntryChangedMeanwhile,
    EntryInvalid,
    EntryUnknown,
    add,
    change,
    entries,
    entry,
    restore,
    retire,
)
from app.trail import entries_for
from tests.factories.organisation import a_failure_mode, a_site

MODES = KINDS[KindKey.FAILURE_MODE]
pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_every_kind_keeps_what_was_typed(kind: Kind) -> None:
    with unit_of_work() as uow:
        own = {"zone": "Europe/Warsaw", "country": "DE", "subdivision": "BY", "branch": "method"}
        values = {name: own[name] for name in kind.columns if name in own}
        if "site_id" in kind.columns:
            values["site_id"] = a_site(uow)
        typed = Entry("X-1", "Something", "said about it", **values)
        id_ = add(uow, kind, typed)

    assert entry(db.session(), kind, id_).entry == typed


def test_all_problems_are_told_at_once() -> None:
    with unit_of_work() as uow, pytest.raises(EntryInvalid) as refusal:
        add(uow, KINDS[KindKey.SITE], Entry("", "", zone="Mars/Olympus", country="XX"))

    assert {one.where for one in refusal.value.problems} == {"code", "name", "zone", "country"}


def test_codes_differ_in_more_than_case() -> None:
    with unit_of_work() as uow:
        add(uow, MODES, Entry("Leak", "Leak"))

    with unit_of_work() as uow, pytest.raises(EntryInvalid, match="not complete"):
        add(uow, MODES, Entry("  LEAK ", "Leak again"))


def test_a_change_tells_the_trail_what_was_different() -> None:
    with unit_of_work() as uow:
        id_ = add(uow, MODES, Entry("LEAK", "Leak"))

    with unit_of_work() as uow:
        change(uow, MODES, id_, Entry("LEAK", "Leakage"))

    last = entries_for(db.session(), "failure_mode", id_)[-1]
    assert (last.verb, last.before, last.after) == (
        "failure_mode.changed",
        '{"name":"Leak"}',
        '{"name":"Leakage"}',
    )


def test_a_change_of_nothing_leaves_no_trace() -> None:
    with unit_of_work() as uow:
        id_ = add(uow, MODES, Entry("LEAK", "Leak"))

        assert not change(uow, MODES, id_, Entry("LEAK", "Leak"))

    assert len(entries_for(db.session(), "failure_mode", id_)) == 1


def test_a_stale_page_changes_nothing() -> None:
    with unit_of_work() as uow:
        id_ = add(uow, MODES, Entry("LEAK", "Leak"))
        change(uow, MODES, id_, Entry("LEAK", "Leakage"), row_version=1)

    with unit_of_work() as uow, pytest.raises(EntryChangedMeanwhile):
        change(uow, MODES, id_, Entry("LEAK", "Drip"), row_version=1)


def test_retired_entries_stay_and_come_back() -> None:
    with unit_of_work() as uow:
        id_ = a_failure_mode(uow)

        retire(uow, MODES, id_)
        hidden = entries(uow.session, MODES)
        kept = entries(uow.session, MODES, with_retired=True)
        restore(uow, MODES, id_)

        assert hidden == []
        assert [one.is_active for one in kept] == [False]
        assert len(entries(uow.session, MODES)) == 1


def test_an_unknown_entry_is_not_found() -> None:
    with pytest.raises(EntryUnknown):
        entry(db.session(), MODES, 404)
