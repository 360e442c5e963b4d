"""From the first word to the decision: a risk in the register, a report, its containment and triage."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.main_job.company import GDANSK
from tests.browser.main_job.story import Story

RISK = "Seals leak at the customer"
MATTER = "Seal face out of flatness on lot 2602-114"


def name_and_assess_a_risk(story: Story) -> None:
    """The quality manager names it, its owner says how likely and how bad it is."""
    quentin, rosa = story["quentin"], story["rosa"]
    quentin.go("/start")
    quentin.page.get_by_role("link", name=re.compile("risk", re.IGNORECASE)).first.click()
    quentin.say("It is", "A risk")
    quentin.write("In one line", RISK)
    quentin.write("Because of", "Lapping plates wear")
    quentin.write("This may happen", "A seal face is out of flatness")
    quentin.write("With this consequence", "Pumps leak at the customer")
    quentin.pick("Site", GDANSK)
    quentin.pick("Process", "Lapping")
    quentin.pick("Category", "Quality")
    quentin.pick("Who owns it", rosa.name)
    quentin.press("Send")
    rosa.open_task("Assess", RISK)
    rosa.rate("Inherent risk", 16)
    rosa.rate("Residual risk", 8)
    rosa.write("Why you see it so", "Every plate is checked monthly.")
    rosa.finish()
    expect(rosa.page.get_by_text("” is done.")).to_be_visible()


def report_a_nonconformity(story: Story) -> None:
    """Rita, who has no mail address, reports in the words of the start page."""
    rita = story["rita"]
    rita.go("/start")
    rita.page.get_by_role("link", name=re.compile("Something went wrong")).click()
    rita.write("In one line", MATTER)
    rita.write("What exactly", "Six of forty faces are above 0.6 µm.")
    rita.write("When did it happen", f"{story.house.day(-1)}T08:00")
    rita.pick("Site", GDANSK)
    rita.pick("Process", "Lapping")
    rita.pick("Product family", "High-pressure pumps")
    rita.pick("Where does it come from", "Our own work")
    rita.pick("Failure mode", "Seal face out of flatness")
    rita.say("How bad is it", "4 · Major")
    rita.press("Send")
    expect(rita.page.get_by_role("heading", level=1, name=MATTER)).to_be_visible()
    story.remember("nonconformity", rita)


def contain_it(story: Story) -> None:
    """The process owner stops the consequences."""
    petra = story["petra"]
    petra.open_task("Contain", MATTER)
    petra.say("Containment", "It is contained")
    petra.write("What was done", "Lot blocked and sorted.")
    petra.write("Done at", f"{story.house.day(-1)}T10:00")
    petra.tick("Stock is blocked")
    petra.finish()
    expect(petra.page.get_by_text("” is done.")).to_be_visible()


def triage_it(story: Story) -> None:
    """The coordinator confirms severity 4 and links the risk."""
    karl = story["karl"]
    karl.open_task("Triage", MATTER)
    karl.say("Verdict", "Confirmed: a requirement is not met")
    karl.say("Severity", "4 · Major")
    karl.say("Occurrence", "1 · Isolated")
    karl.choose("Risks", RISK)
    karl.say("Route", "As the table says")
    karl.pick("Owner of a CAPA", story["carla"].name)
    karl.finish()
    expect(karl.page.get_by_text("” is done.")).to_be_visible()
