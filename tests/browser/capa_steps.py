"""The steps of a CAPA as people do them in the browser: from the root cause to the signature at its end."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.main_job.persona import PATIENCE_MS, Persona

ACTION = "Write a limit for plate wear into the plan."
METRIC = "Faces above the limit, %"
LESSONS = "Wear needs a number, and somebody who looks at it."


def find_the_cause(owner: Persona, matter: str, proof: Path, *, category: str) -> None:
    """Five whys that stop at a condition, with proof."""
    owner.open_task("Find the root cause", matter)
    owner.pick("Method", "Five whys")
    for number, answer in enumerate(("The plate was hollow.", "No limit for its wear exists.")):
        owner.page.locator(".whys-answer").nth(number).fill(answer)
    owner.write("In one sentence", "The maintenance plan has no limit for plate wear.")
    owner.choose("Cause categories", category)
    owner.tick("The cause is validated")
    owner.attach("Evidence", proof)
    owner.write("Where you looked, and what you found", "Looked at L-11 in Umeå: it has a limit.")
    owner.write("Why nothing similar exists", "The other plan names a limit.")
    finish(owner)


def plan_the_actions(owner: Persona, matter: str, doer: Persona, due_on: str) -> None:
    """One action, one figure to prove it by."""
    owner.open_task("Plan the actions", matter)
    owner.pick("Type", "Corrective")
    owner.write("What is done", ACTION)
    owner.pick("Owner", doer.name)
    owner.write("Due", due_on)
    owner.pick("It delivers", "A changed process")
    owner.write("Figure", METRIC)
    owner.write("Today", "15")
    owner.pick("Must be", "at most")
    owner.write("Target", "2")
    owner.pick("How it is checked", "Trend of the figure")
    owner.write("Recurrences count for", "180")
    owner.write("What could get worse by it", "Plates live shorter; that is looked at.")
    finish(owner)


def approve(approver: Persona, verb: str, matter: str) -> None:
    """Somebody who is asked signs."""
    approver.open_task(verb, matter)
    approver.say("Decision", "Approve")
    finish(approver, signed=True)


def carry_out_and_verify(doer: Persona, verifier: Persona, matter: str, today: str) -> None:
    """The action is done by its owner, seen by somebody else, and the plan judged as a whole."""
    doer.open_task("Carry out the action", ACTION)
    doer.write("What was done", "Limit of 0.5 mm written into revision 4.")
    doer.write("On which day", today)
    finish(doer)
    verifier.open_task("Verify the action", ACTION)
    verifier.say("Your finding", "Done as planned")
    verifier.write("What did you look at", "Revision 4 at the machine.")
    finish(verifier)
    verifier.open_task("Verify the implementation", matter)
    verifier.say("Is the plan carried out", "Completely, as planned")
    verifier.write("What you looked at", "Both machines.")
    verifier.write("Did anything get worse by it", "Nothing seen.")
    finish(verifier)


def check_the_effect(verifier: Persona, matter: str, proof: Path, *, actual: str) -> None:
    """After the wait the verifier measures the figure of the plan."""
    verifier.open_task("Check effectiveness", matter)
    verifier.write("Now", actual)
    verifier.write("Where from", "Chart of the quarter")
    verifier.write("Samples looked at", "20")
    verifier.say("Did the action bring new problems", "No")
    verifier.say("If one criterion is missed by little", "Give it more time, once")
    verifier.write("Your judgement in words", f"The figure is {actual} %.")
    verifier.attach("Evidence", proof)
    finish(verifier)


def review_the_risks(owner: Persona, matter: str, why_not: str) -> None:
    """After the check the risk owner looks at the risks of the plan once more."""
    owner.open_task("Say what it means for the risks", matter)
    owner.say("Do they change", "No")
    owner.write("Why not", why_not)
    finish(owner)


def sign_the_closing(manager: Persona, matter: str) -> None:
    """The quality manager signs that it is effective; what comes of it is for the caller to look at."""
    manager.open_task("Close as effective", matter)
    manager.write("Lessons", LESSONS)
    manager.say("Decision", "Approve")
    manager.finish(signed=True)


def finish(person: Persona, *, signed: bool = False) -> None:
    """Press the verb of the task and wait until it is done."""
    person.finish(signed=signed)
    expect_done(person)


def expect_done(person: Persona) -> None:
    """The page says that the step is done."""
    said = person.page.get_by_text("is done.").or_(person.page.get_by_text("That was the last step"))
    expect(said.first).to_be_visible(timeout=PATIENCE_MS)
