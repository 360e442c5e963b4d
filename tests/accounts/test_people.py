from __future__ import annotations

from datetime import date

import pytest

from app.accounts.absences import AbsenceInvalid, absences_of, cancel_absence, plan_absence
from app.accounts.grants import GrantInvalid, GrantOrder, LastAdmin, give, grants_of, withdraw
from app.accounts.handover import Handover, Holding
from app.accounts.invitations import invite, open_door
from app.accounts.people import (
    Details,
    PersonChangedMeanwhile,
    PersonInvalid,
    change,
    disable,
    enable,
    people,
    person,
    take_on,
)
from app.accounts.roles import Role
from app.foundation.db import db
from app.foundation.outbox import MailState, mails
from app.foundation.unit_of_work import UnitOfWork, unit_of_work
from app.trail import entries_for
from tests.factories.accounts import a_person
from tests.factories.organisation import a_site

MONDAY, FRIDAY = date(2026, 3, 16), date(2026, 3, 20)
pytestmark = pytest.mark.usefixtures("app")


def test_a_user_name_is_kept_folded_and_found_by_search() -> None:
    with unit_of_work() as uow:
        take_on(uow, Details(" Marta.N ", "Marta  Nowak", "Marta@Example.ORG"))

    found = people(db.session(), search="NOWAK")

    assert [one.details for one in found] == [Details("marta.n", "Marta Nowak", "marta@example.org")]


def test_all_problems_of_a_person_are_told_at_once() -> None:
    with unit_of_work() as uow, pytest.raises(PersonInvalid) as refusal:
        take_on(uow, Details("no blanks", "", "nowhere", zone="Mars", locale="xx", theme="pink", site_id=404))

    wrong = {one.where for one in refusal.value.problems}
    assert wrong == {"user_name", "name", "mail", "zone", "locale", "theme", "site_id"}


def test_a_user_name_is_never_used_twice_even_after_leaving() -> None:
    with unit_of_work() as uow:
        a_person(uow, "root", roles=[("admin", None)])
        leaver = a_person(uow, "marta")
        disable(uow, leaver.id, Handover(), reason="left")

        with pytest.raises(PersonInvalid, match="not complete"):
            take_on(uow, Details("MARTA", "Another Marta"))


def test_a_stale_page_changes_no_person() -> None:
    with unit_of_work() as uow:
        id_ = take_on(uow, Details("marta", "Marta"))
        change(uow, id_, Details("marta", "Marta Nowak"), row_version=1)

        with pytest.raises(PersonChangedMeanwhile):
            change(uow, id_, Details("marta", "Someone"), row_version=1)


def test_the_last_admin_can_neither_leave_nor_lose_the_role() -> None:
    with unit_of_work() as uow:
        root = a_person(uow, "root", roles=[("admin", None)])
        grant = grants_of(uow.session, root.id, MONDAY)[0].id

    with pytest.raises(LastAdmin), unit_of_work() as uow:
        disable(uow, root.id, Handover(), reason="left")
    with pytest.raises(LastAdmin), unit_of_work() as uow:
        withdraw(uow, grant)

    assert person(db.session(), root.id).is_active


def test_disabling_tells_what_is_held_and_lets_it_be_picked_up() -> None:
    picked_up: list[int] = []

    def pick_up(_uow: UnitOfWork, person_id: int) -> None:
        picked_up.append(person_id)

    handover = Handover(
        holdings=(lambda _s, _p: [Holding("Tasks", 3, "/inbox")], lambda _s, _p: [Holding("Risks", 0, "/")]),
        when_disabled=(pick_up,),
    )
    with unit_of_work() as uow:
        a_person(uow, "root", roles=[("admin", None)])
        leaver = a_person(uow, "marta")

        held = handover.held_by(uow.session, leaver.id)
        disable(uow, leaver.id, handover, reason="left")

    assert [one.title for one in held] == ["Tasks"]
    assert picked_up == [leaver.id]


def test_an_enabled_person_has_their_roles_again() -> None:
    with unit_of_work() as uow:
        a_person(uow, "root", roles=[("admin", None)])
        back = a_person(uow, "marta", roles=[("auditor", None)])
        disable(uow, back.id, Handover(), reason="")

        enable(uow, back.id)

        assert [one.role for one in grants_of(uow.session, back.id, MONDAY)] == [Role.AUDITOR]


def test_giving_and_withdrawing_a_role_is_in_the_trail() -> None:
    with unit_of_work() as uow:
        a_person(uow, "root", roles=[("admin", None)])
        someone = a_person(uow, "marta")
        withdraw(uow, give(uow, someone.id, GrantOrder(Role.AUDITOR, a_site(uow))))

    verbs = [one.verb for one in entries_for(db.session(), "person", someone.id)]

    assert verbs == ["person.added", "role.given", "role.withdrawn"]


def test_a_grant_at_an_unknown_place_or_with_a_bad_span_is_refused() -> None:
    with unit_of_work() as uow:
        someone = a_person(uow)
        order = GrantOrder(Role.AUDITOR, 404, 404, starts_on=FRIDAY, ends_on=MONDAY)

        with pytest.raises(GrantInvalid) as refusal:
            give(uow, someone.id, order)

    assert {one.where for one in refusal.value.problems} == {"site_id", "process_id", "ends_on"}


def test_with_a_mail_address_the_invitation_is_a_link_by_mail_and_on_the_page() -> None:
    with unit_of_work() as uow:
        door = invite(uow, Details("marta", "Marta", "marta@example.org"), "https://keel.example")

    mail = mails(db.session(), MailState.WAITING)[0]

    assert door.link.startswith("https://keel.example/welcome/")
    assert mail.recipient == "marta@example.org"
    assert door.link in mail.body


def test_without_a_mail_address_the_invitation_is_a_code() -> None:
    with unit_of_work() as uow:
        door = invite(uow, Details("marta", "Marta"), "https://keel.example")
        again = open_door(uow, door.person_id, "https://keel.example")

    assert len(door.code) == len("ABCD-EFGH-JKLM-NPQR")
    assert door.code != again.code
    assert mails(db.session(), MailState.WAITING) == []


def test_substitutes_may_not_form_a_circle_on_any_common_day() -> None:
    with unit_of_work() as uow:
        one, two, three = (a_person(uow).id for _ in range(3))
        plan_absence(uow, one, two, starts_on=MONDAY, ends_on=FRIDAY)
        plan_absence(uow, two, three, starts_on=FRIDAY, ends_on=FRIDAY)

        with pytest.raises(AbsenceInvalid) as refusal:
            plan_absence(uow, three, one, starts_on=MONDAY, ends_on=FRIDAY)

        plan_absence(uow, three, one, starts_on=MONDAY, ends_on=date(2026, 3, 19))
        assert [found.rule for found in refusal.value.problems] == ["circle"]


def test_absences_of_one_person_do_not_overlap_until_cancelled() -> None:
    with unit_of_work() as uow:
        away, stand_in = a_person(uow).id, a_person(uow).id
        first = plan_absence(uow, away, stand_in, starts_on=MONDAY, ends_on=FRIDAY)
        with pytest.raises(AbsenceInvalid):
            plan_absence(uow, away, stand_in, starts_on=FRIDAY, ends_on=FRIDAY)

        cancel_absence(uow, away, first)

        plan_absence(uow, away, stand_in, starts_on=FRIDAY, ends_on=FRIDAY)
        assert [one.starts_on for one in absences_of(uow.session, away, MONDAY)] == [FRIDAY]


def test_nobody_stands_in_for_themselves() -> None:
    with unit_of_work() as uow:
        someone = a_person(uow).id

        with pytest.raises(AbsenceInvalid):
            plan_absence(uow, someone, someone, starts_on=MONDAY, ends_on=FRIDAY)
