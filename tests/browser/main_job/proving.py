"""The CAPA: from the root cause to a proven end, through a cycle that failed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.main_job.persona import PATIENCE_MS, Persona
from tests.browser.main_job.reporting import MATTER, RISK
from tests.browser.main_job.story import Story

ACTION = "Write a limit for plate wear into the plan."
METRIC = "Faces above the limit, %"
LESSONS = "Wear needs a number, and somebody who looks at it."


def first_cycle(story: Story) -> None:
    """The owner named at triage finds a cause; plan, approval, actions and their verification follow."""
    _cycle(story, "carla")


def second_cycle(story: Story) -> None:
    """Another owner goes the same way once more."""
    _cycle(story, "celia")


def _cycle(story: Story, owner: str) -> None:
    find_the_cause(story, owner)
    plan_the_actions(story, owner, due_in=5)
    approve_the_plan(story)
    carry_out_and_verify(story)


def find_the_cause(story: Story, owner: str) -> None:
    """Five whys that stop at a condition, with proof."""
    person = story[owner]
    person.open_task("Find the root cause", MATTER)
    person.pick("Method", "Five whys")
    for number, answer in enumerate(("The plate was hollow.", "No limit for its wear exists.")):
        person.page.locator(".whys-answer").nth(number).fill(answer)
    person.write("In one sentence", "The maintenance plan has no limit for plate wear.")
    person.choose("Cause categories", "No limit is set")
    person.tick("The cause is validated")
    person.attach("Evidence", story.proof)
    person.write("Where you looked, and what you found", "Looked at L-11 in Umeå: it has a limit.")
    person.write("Why nothing similar exists", "The other plan names a limit.")
    person.finish()
    _expect_done(person)


def plan_the_actions(story: Story, owner: str, due_in: int) -> None:
    """One action, one figure to prove it by."""
    person = story[owner]
    person.open_task("Plan the actions", MATTER)
    person.pick("Type", "Corrective")
    person.write("What is done", ACTION)
    person.pick("Owner", story["anton"].name)
    person.write("Due", story.house.day(due_in))
    person.pick("It delivers", "A changed process")
    person.write("Figure", METRIC)
    person.write("Today", "15")
    person.pick("Must be", "at most")
    person.write("Target", "2")
    person.pick("How it is checked", "Trend of the figure")
    person.write("Recurrences count for", "180")
    person.write("What could get worse by it", "Plates live shorter; that is looked at.")
    person.finish()
    _expect_done(person)


def approve_the_plan(story: Story) -> None:
    """The quality manager signs, and for a major one top management too."""
    for user_name in ("quentin", "tove"):
        person = story[user_name]
        person.open_task("Approve the plan", MATTER)
        person.say("Decision", "Approve")
        person.finish(signed=True)
        _expect_done(person)


def carry_out_and_verify(story: Story) -> None:
    """The action is done by its owner, seen by somebody else, and the plan judged as a whole."""
    anton, viktor = story["anton"], story["viktor"]
    anton.open_task("Carry out the action", ACTION)
    anton.write("What was done", "Limit of 0.5 mm written into revision 4.")
    anton.write("On which day", story.house.day())
    anton.finish()
    _expect_done(anton)
    viktor.open_task("Verify the action", ACTION)
    viktor.say("Your finding", "Done as planned")
    viktor.write("What did you look at", "Revision 4 at the machine.")
    viktor.finish()
    _expect_done(viktor)
    viktor.open_task("Verify the implementation", MATTER)
    viktor.say("Is the plan carried out", "Completely, as planned")
    viktor.write("What you looked at", "Both machines.")
    viktor.write("Did anything get worse by it", "Nothing seen.")
    viktor.finish()
    _expect_done(viktor)


def check_the_effect(story: Story, actual: str) -> None:
    """After the wait the verifier measures the figure of the plan."""
    viktor = story["viktor"]
    viktor.open_task("Check effectiveness", MATTER)
    viktor.write("Now", actual)
    viktor.write("Where from", "Chart of the quarter")
    viktor.write("Samples looked at", "20")
    viktor.say("Did the action bring new problems", "No")
    viktor.say("If one criterion is missed by little", "Give it more time, once")
    viktor.write("Your judgement in words", f"The figure is {actual} %.")
    viktor.attach("Evidence", story.proof)
    viktor.finish()
    _expect_done(viktor)


def hand_to_another_team(story: Story) -> None:
    """Top management reviews the failed cycle and names another owner."""
    tove = story["tove"]
    tove.open_task("Review the failed cycle", MATTER)
    tove.write("Why the last cycle failed", "The limit was written down and not kept.")
    tove.pick("Owner", story["celia"].name)
    tove.pick("Person", story["celia"].name)
    tove.finish()
    _expect_done(tove)


def answer_the_reassessment(story: Story) -> None:
    """The risk owner assesses the risk again."""
    rosa = story["rosa"]
    rosa.open_task("Assess the risk again", RISK)
    rosa.rate("Risk with the controls in place", 16)
    rosa.say("Do you agree with the indicated score", "Yes")
    rosa.say("What does it mean", "The risk changed")
    rosa.write("Why", "It happened, and it was major.")
    rosa.finish()
    _expect_done(rosa)


def say_what_it_means_for_the_risks(story: Story) -> None:
    """After the check the risk owner looks at the risks of the plan once more."""
    rosa = story["rosa"]
    rosa.open_task("Say what it means for the risks", MATTER)
    rosa.say("Do they change", "No")
    rosa.write("Why not", "The reassessment that is open answers it.")
    rosa.finish()
    _expect_done(rosa)


def expect_closing_refused(story: Story) -> None:
    """As long as the reassessment is open, closing lists it, before and after, and keeps what was typed."""
    quentin = story["quentin"]
    beside = quentin.open_task("Close as effective", MATTER).get_by_role("region", name="Open points")
    expect(beside).to_contain_text("must be assessed again first")
    _sign_the_closing(quentin)
    expect(quentin.page.get_by_role("alert")).to_contain_text("must be assessed again first")
    expect(quentin.page.get_by_label("Lessons")).to_have_value(LESSONS)
    quentin.view.complaints.clear()  # the browser notes the refusal as an error


def close_everything(story: Story) -> None:
    """The quality manager signs, the coordinator closes what began it all."""
    quentin, karl = story["quentin"], story["karl"]
    _sign_the_closing(quentin)
    _expect_done(quentin)
    karl.open_task("Close the nonconformity", MATTER)
    karl.finish()
    _expect_done(karl)


def _sign_the_closing(quentin: Persona) -> None:
    quentin.open_task("Close as effective", MATTER)
    quentin.write("Lessons", LESSONS)
    quentin.say("Decision", "Approve")
    quentin.finish(signed=True)


def _expect_done(person: Persona) -> None:
    expect(
        person.page.get_by_text("is done.").or_(person.page.get_by_text("That was the last step")).first
    ).to_be_visible(timeout=PATIENCE_MS)
