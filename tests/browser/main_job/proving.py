"""The CAPA: from the root cause to a proven end, through a cycle that failed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import capa_steps
from tests.browser.main_job.reporting import MATTER, RISK
from tests.browser.main_job.story import Story


def first_cycle(story: Story) -> None:
    """The owner named at triage finds a cause; plan, approval, actions and their verification follow."""
    _cycle(story, "carla")


def second_cycle(story: Story) -> None:
    """Another owner goes the same way once more."""
    _cycle(story, "celia")


def _cycle(story: Story, owner: str) -> None:
    capa_steps.find_the_cause(story[owner], MATTER, story.proof, category="No limit is set")
    capa_steps.plan_the_actions(story[owner], MATTER, story["anton"], story.house.day(5))
    for user_name in ("quentin", "tove"):  # top management too, for a major one
        capa_steps.approve(story[user_name], "Approve the plan", MATTER)
    capa_steps.carry_out_and_verify(story["anton"], story["viktor"], MATTER, story.house.day())


def check_the_effect(story: Story, actual: str) -> None:
    """After the wait the verifier measures the figure of the plan."""
    capa_steps.check_the_effect(story["viktor"], MATTER, story.proof, actual=actual)


def hand_to_another_team(story: Story) -> None:
    """Top management reviews the failed cycle and names another owner."""
    tove = story["tove"]
    tove.open_task("Review the failed cycle", MATTER)
    tove.write("Why the last cycle failed", "The limit was written down and not kept.")
    tove.pick("Owner", story["celia"].name)
    tove.pick("Person", story["celia"].name)
    capa_steps.finish(tove)


def answer_the_reassessment(story: Story) -> None:
    """The risk owner assesses the risk again."""
    rosa = story["rosa"]
    rosa.open_task("Assess the risk again", RISK)
    rosa.rate("Risk with the controls in place", 16)
    rosa.say("Do you agree with the indicated score", "Yes")
    rosa.say("What does it mean", "The risk changed")
    rosa.write("Why", "It happened, and it was major.")
    capa_steps.finish(rosa)


def say_what_it_means_for_the_risks(story: Story) -> None:
    """After the check the risk owner looks at the risks of the plan once more."""
    capa_steps.review_the_risks(story["rosa"], MATTER, "The reassessment that is open answers it.")


def expect_closing_refused(story: Story) -> None:
    """As long as the reassessment is open, closing lists it, before and after, and keeps what was typed."""
    quentin = story["quentin"]
    beside = quentin.open_task("Close as effective", MATTER).get_by_role("region", name="Open points")
    expect(beside).to_contain_text("must be assessed again first")
    capa_steps.sign_the_closing(quentin, MATTER)
    expect(quentin.page.get_by_role("alert")).to_contain_text("must be assessed again first")
    expect(quentin.page.get_by_label("Lessons")).to_have_value(capa_steps.LESSONS)
    quentin.view.complaints.clear()  # the browser notes the refusal as an error


def close_everything(story: Story) -> None:
    """The quality manager signs, the coordinator closes what began it all."""
    quentin, karl = story["quentin"], story["karl"]
    capa_steps.sign_the_closing(quentin, MATTER)
    capa_steps.expect_done(quentin)
    karl.open_task("Close the nonconformity", MATTER)
    capa_steps.finish(karl)
