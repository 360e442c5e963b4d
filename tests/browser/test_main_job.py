"""The main job, done as by somebody who meets Keel for the first time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import rig
from tests.browser.main_job import beginning, evidence, proving, reporting
from tests.browser.main_job.house import House, free_port
from tests.browser.main_job.story import Story
from tests.browser.rig import View


@pytest.fixture
def story(chromium: Browser, tmp_path: Path) -> Iterator[Story]:
    """A house that serves a fresh test database, and nobody in it yet."""
    house = House(tmp_path / "home", free_port())
    house.keel("init", "--purpose", "test")
    proof = tmp_path / "wear.txt"
    proof.write_text("Wear of plate 4: 0.9 mm.")
    with house.served(), ExitStack() as browsers:

        def open_browser(address: str) -> View:
            return browsers.enter_context(rig.viewing(chromium, address))

        yield Story(house, open_browser, proof)


@pytest.mark.slow
def test_a_deviation_travels_from_the_report_to_a_proven_close(story: Story) -> None:
    beginning.make_the_first_admin(story)
    beginning.describe_the_company(story)
    beginning.invite_everybody(story)
    evidence.import_history(story)

    reporting.name_and_assess_a_risk(story)
    reporting.report_a_nonconformity(story)
    reporting.contain_it(story)
    evidence.expect_others_refused(story)
    reporting.triage_it(story)
    evidence.expect_the_reasons(story)

    proving.first_cycle(story)
    story.house.let_pass(days=61)
    proving.check_the_effect(story, actual="9")
    proving.hand_to_another_team(story)
    proving.second_cycle(story)
    story.house.let_pass(days=61)
    proving.check_the_effect(story, actual="1")

    proving.say_what_it_means_for_the_risks(story)
    proving.expect_closing_refused(story)
    proving.answer_the_reassessment(story)
    proving.close_everything(story)
    evidence.expect_the_whole_story(story)
    evidence.expect_the_trail_to_tell_a_forgery(story)
