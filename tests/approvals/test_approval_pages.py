from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.accounts.absences import plan_absence
from app.approvals.chain import Quorum
from app.foundation.unit_of_work import unit_of_work
from tests.approvals.plans import NO, YES, Plans
from tests.factories.browser import Browser, enter
from tests.factories.chains import a_chain, a_group, a_stage

DAY = date(2026, 3, 17)


@pytest.fixture
def begun(plans: Plans) -> Plans:
    """Two managers are asked, then top management; Max is away and Olga acts for him."""
    pair = a_group(plans.member("mia"), plans.member("max"), quorum=Quorum.ALL)
    plans.put_in_force(a_chain(a_stage("Quality", pair), a_stage("Top", a_group("role:top_management"))))
    with unit_of_work() as uow:
        plan_absence(uow, plans["max"], plans["olga"], starts_on=DAY, ends_on=DAY)
    plans.begin("anna")
    return plans


def browser(app: Flask, plans: Plans, name: str) -> Browser:
    return enter(app.test_client(), plans.people[name])


def url(plans: Plans) -> str:
    return f"/running-approvals/{plans.approval.id}"


def test_the_record_shows_who_voted_for_whom_who_is_asked_and_who_comes_next(
    app: Flask, begun: Plans
) -> None:
    begun.vote("olga", YES, of="max")

    page = browser(app, begun, "mia").get(f"/records/{begun.record_id}").text

    assert "said yes, for Max" in page
    assert "1 of 2 said yes" in page
    assert "would be asked" in page
    assert "By version 1 of the chain." in page


def test_the_task_says_who_acts_for_the_absent(app: Flask, begun: Plans) -> None:
    task = next(one for one in begun.asked_tasks() if one.assignee_id == begun["mia"])

    page = browser(app, begun, "mia").get(f"/tasks/{task.id}").text

    assert "away, Olga acts" in page
    assert "Quality" in page


def test_a_no_is_shown_with_its_comment_and_the_ending(app: Flask, begun: Plans) -> None:
    begun.vote("mia", NO)

    page = browser(app, begun, "mia").get(url(begun)).text

    assert "said no" in page
    assert NO["comment"] in page
    assert "Sent back" in page


def test_a_quality_manager_asks_one_more_and_somebody_else(app: Flask, begun: Plans) -> None:
    mia = browser(app, begun, "mia")
    page = mia.get(url(begun)).text
    group = page.partition('name="group" value="')[2].partition('"')[0]

    more = mia.post(f"{url(begun)}/add", group=group, person=str(begun["mel"]), reason="She welds.")
    seat = str(begun.seat("max").id)
    other = mia.post(f"{url(begun)}/replace", seat=seat, person=str(begun["otto"]), reason="He is away.")

    assert (more.status_code, other.status_code) == (303, 303)
    assert begun.asked == ["mia", "otto", "mel"]
    assert "asked Mel as well" in mia.get(f"/records/{begun.record_id}?part=timeline").text


def test_a_question_is_taken_back_when_nobody_is_chosen(app: Flask, begun: Plans) -> None:
    seat = str(begun.seat("max").id)

    answer = browser(app, begun, "mia").post(f"{url(begun)}/replace", seat=seat, person="", reason="Enough.")

    assert answer.status_code == 303
    assert begun.asked == ["mia"]


def test_what_the_chain_forbids_the_page_refuses(app: Flask, begun: Plans) -> None:
    seat = str(begun.seat("max").id)

    answer = browser(app, begun, "mia").post(
        f"{url(begun)}/replace", seat=seat, person=str(begun["anna"]), reason="She knows it."
    )

    assert answer.status_code == 422
    assert "Authors do not approve what they wrote." in answer.text


def test_others_look_but_do_not_change_and_strangers_see_nothing(app: Flask, begun: Plans) -> None:
    begun.hire("stranger")
    tara = browser(app, begun, "tara")

    assert "Only a quality manager or an admin" in tara.get(url(begun)).text
    assert tara.post(f"{url(begun)}/add", group="1", person="1", reason="x").status_code == 403
    assert browser(app, begun, "stranger").get(url(begun)).status_code == 404
    assert tara.get("/running-approvals/4711").status_code == 404
