"""What Keel shows of it: who is refused, why it went this way, the story, the proof that it is whole."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.main_job.house import ROOT
from tests.browser.main_job.reporting import MATTER
from tests.browser.main_job.story import Story

HISTORY = ROOT / "tests" / "data" / "nhtsa" / "complaints.txt"


def import_history(story: Story) -> None:
    """The rows of another system land as history, and the register counts them."""
    said = story.house.keel("import", "nonconformities", str(HISTORY), "--mapping", "nhtsa", "--by", "ada")
    landed = re.search(r"(\d+) of (\d+) rows have landed", said)
    assert landed, said
    assert landed[1] == landed[2] == "101"


def expect_others_refused(story: Story) -> None:
    """Whoever is of another site finds nothing there; whoever may read it cannot do another's step."""
    record = story.paths["nonconformity"]
    assert story["ulf"].refused(record) == 404
    karl = story["karl"]
    karl.open_task("Triage", MATTER)
    triage = karl.page.url.removeprefix(story.house.address)
    petra = story["petra"]
    assert story["ulf"].refused(triage) == 404
    petra.go(triage)
    expect(petra.page.get_by_role("button", name="Triage", exact=True)).to_have_count(0)


def expect_the_reasons(story: Story) -> None:
    """The record says that a CAPA was chosen and why, and that the risk must be assessed again."""
    karl = story["karl"]
    karl.wait_on(story.paths["nonconformity"], "must be assessed again first")
    expect(karl.page.get_by_text("CAPA: The severity is major.").first).to_be_visible()
    expect(karl.page.get_by_text("Yes: Severity 4 or above.").first).to_be_visible()
    karl.page.get_by_role("link", name=re.compile("CAPA-")).first.click()
    story.remember("capa", karl)


def expect_the_whole_story(story: Story) -> None:
    """The timeline of the CAPA tells both cycles, the signatures and what the rules decided."""
    quentin = story["quentin"]
    told = quentin.go(f"{story.paths['capa']}?part=timeline").get_by_role("main")
    for deed in ("A criterion is clearly missed.", "Celia Berg", "Tove Dahl", "Quentin Ek"):
        expect(told.get_by_text(deed).first).to_be_visible()


def expect_the_trail_to_tell_a_forgery(story: Story) -> None:
    """The trail is whole, until somebody removes the locks of the database and changes a row."""
    assert "The trail is whole" in story.house.keel("trail", "verify")
    story.house.tamper(
        "DROP TRIGGER trail_entry_refuse_update",
        "UPDATE trail_entry SET reason = 'forged' WHERE seq = 12",
    )
    assert "First bad entry: 12." in story.house.keel("trail", "verify", expect=3)
