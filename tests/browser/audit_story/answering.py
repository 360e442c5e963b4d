"""What a major finding asks of others: its answer, the risk assessed again, the CAPA until it is proven."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import expect

from app.foundation import clock
from tests.browser import capa_steps
from tests.browser.audit_story.telling import Telling, day
from tests.browser.capa_steps import finish

RISK = "Seals leak"
CAUSE = "Cause NOLIMIT"


def two_people_find_it_in_their_inboxes(telling: Telling, matter: str) -> None:
    """CAPA and reassessment are asked for side by side."""
    for who, verb, about in (
        ("capa_owner", "Find the root cause", matter),
        ("risk_owner", "Assess the risk again", RISK),
    ):
        guest = telling[who]
        page = guest.go("/inbox?tab=mine")
        if not page.get_by_role("article").filter(has_text=about).count():
            page = guest.go("/inbox?tab=groups")
        row = page.get_by_role("article").filter(has_text=about)
        expect(row.get_by_role("link", name=verb)).to_be_visible()
        telling.show(who, f"inbox-{who.replace('_', '-')}")


def the_score_says_why(telling: Telling, risk: str, finding: str) -> None:
    """The page of the risk shows the rise at once, and its explanation names the finding first."""
    owner = telling["risk_owner"]
    assert score(telling, risk) == 12
    main = owner.go(f"{risk}/why").get_by_role("main")
    expect(main).to_contain_text("2 events indicate 12 where people assessed 8.")
    expect(main.get_by_role("row").nth(1)).to_contain_text(finding)
    telling.show("risk_owner", "why")


def score(telling: Telling, risk: str) -> int:
    """The score that the page of a risk says events indicate."""
    main = telling["risk_owner"].go(risk).get_by_role("main")
    found = re.search(r"Indicated by events\s+(\d+)", main.inner_text())
    assert found
    return int(found[1])


def the_owner_assesses_again(telling: Telling, cell: str, indicated: int, misled: str = "") -> None:
    """The risk owner sees what the events indicate and says how the risk stands from here on."""
    owner = telling["risk_owner"]
    page = owner.open_task("Assess the risk again", RISK)
    asked = re.compile(rf"Score that the events indicate\s*{indicated}\b")
    expect(page.get_by_role("main")).to_contain_text(asked)
    page.locator(f'input[name="assessment"][value="{cell}"]').check()
    owner.say("Do you agree", "No, and I say why" if misled else "Yes")
    if misled:
        owner.write("Why the events mislead", misled)
    owner.say("What does it mean", "The risk changed")
    page.get_by_role("textbox", name="Why", exact=True).first.fill("No order leaves without an evaluation.")
    finish(owner)


def the_finding_is_answered(telling: Telling, matter: str) -> None:
    """The auditee puts right what was found, and the lead auditor accepts it."""
    auditee, lead = telling["auditee"], telling["lead"]
    auditee.open_task("Answer the finding", matter)
    auditee.say("Your answer", "Yes, this is how we put it right")
    auditee.write("Correction", "Evaluate the three suppliers.")
    auditee.say("It is", "Done already, nothing is left to do")
    finish(auditee)
    lead.open_task("Accept the answer", matter)
    lead.say("Decision", "Accept it")
    finish(lead)


def the_capa_proves_itself(telling: Telling, matter: str) -> None:
    """The cause is found, the plan carried out, and after the wait its effect is checked."""
    owner, doer, verifier = telling["capa_owner"], telling["action_owner"], telling["verifier"]
    capa_steps.find_the_cause(owner, matter, telling.proof, category=CAUSE)
    capa_steps.plan_the_actions(owner, matter, doer, day(20))
    capa_steps.approve(telling["quality_manager"], "Approve the plan", matter)
    capa_steps.carry_out_and_verify(doer, verifier, matter, day())
    telling.story.after(days=90)
    capa_steps.check_the_effect(telling["verifier"], matter, telling.proof, actual="1")
    capa_steps.review_the_risks(telling["risk_owner"], matter, "The control stands as assessed.")


def the_fall_waits_for_people(telling: Telling, risk: str) -> None:
    """What the events raised stays until the owner has looked and the quality manager confirmed."""
    assert score(telling, risk) == 16
    held = telling["risk_owner"].page.get_by_role("main")
    expect(held).to_contain_text("would indicate 12 now; it falls when somebody has")
    the_owner_assesses_again(telling, "2-4", 16, "The effect is proven since.")
    assert score(telling, risk) == 16
    manager = telling["quality_manager"]
    page = manager.open_task("Confirm the answer", RISK)
    manager.say("Your view", "Yes, for good reasons")
    page.locator('[name="confirmation_note"]').fill("The proof is there.")
    finish(manager)
    assert score(telling, risk) == 8


def the_capa_closes(telling: Telling, matter: str) -> None:
    """The quality manager signs that it is effective."""
    manager = telling["quality_manager"]
    capa_steps.sign_the_closing(manager, matter)
    capa_steps.expect_done(manager)


def the_rest_weighs_a_quarter(telling: Telling, risk: str) -> None:
    """A finding whose CAPA is effective weighs a quarter; the sum is that of rule 5.1, reckoned here anew."""
    today = clock.now().date()
    faded = [0.5 ** ((today - on).days / 180) for on in (date(2026, 11, 6), date(2026, 4, 3))]
    pressure = 3 * 0.25 * faded[0] + 1 * faded[1]
    main = telling["risk_owner"].go(f"{risk}/why").get_by_role("main")
    expect(main).to_contain_text(re.compile(rf"Pressure of the events\s*{pressure:.2f}\b"))
    expect(main.get_by_role("row").filter(has_text="Major finding")).to_contain_text("0.25")
    expect(main).to_contain_text("2 events weigh on this risk, not enough to move it from 8.")
    telling.show("risk_owner", "fallen")
