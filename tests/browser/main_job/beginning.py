"""How a company begins with Keel: the first admin, the sites, the things it works with, the people."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.main_job.company import ENTRIES, PEOPLE, SITES, Invited
from tests.browser.main_job.persona import PASSWORD, Persona
from tests.browser.main_job.story import Story


def make_the_first_admin(story: Story) -> None:
    """The link of the first start makes one account, once."""
    ada = story.meet("Ada Lind", "ada")
    ada.page.goto(story.house.welcome)
    ada.write("Your name", "Ada Lind")
    ada.write("User name", "ada")
    _choose_password(ada, "Make the account")
    ada.page.goto(story.house.welcome)
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("This link does not work any more")
    ada.view.complaints.clear()


def describe_the_company(story: Story) -> None:
    """Sites with their calendars, a process, products, failures and causes."""
    ada = story["ada"]
    for code, name, zone, country in SITES:
        _add_entry(ada, "site", code, name, {"Time zone": zone}, country)
    for kind, code, name, choices in ENTRIES:
        _add_entry(ada, kind, code, name, choices)


def invite_everybody(story: Story) -> None:
    """Each is taken on, given roles at the own site, and lets themselves in."""
    for one in PEOPLE:
        _let_in(story, one, _invite(story["ada"], one))


def _add_entry(
    ada: Persona, kind: str, code: str, name: str, choices: dict[str, str], country: str = ""
) -> None:
    ada.go(f"/admin/master/{kind}/new")
    ada.write("Code", code)
    ada.write("Name", name)
    if country:
        ada.write("Country of the public holidays", country)
    for label, option in choices.items():
        ada.pick(label, option)
    ada.press("Add")
    expect(ada.page.get_by_text(f"{name} is added.")).to_be_visible()


def _invite(ada: Persona, one: Invited) -> str:
    """Return the link or the printed code that lets the person in."""
    ada.go("/admin/people/new")
    ada.write("Name", one.name)
    ada.write("User name", one.user_name)
    if one.mail:
        ada.write("Mail address", one.mail)
    ada.pick("Home site", one.site)
    ada.press("Invite")
    door = ada.page.get_by_role("region", name="How they get in")
    secret = door.locator(".door-secret") if one.mail else door.locator("dd").last
    found = secret.inner_text().strip()
    for role in one.roles:
        ada.pick("Role", role)
        ada.pick("Site", one.site)
        ada.press("Give the role")
        expect(ada.page.get_by_text("The role is given.")).to_be_visible()
    return found


def _let_in(story: Story, one: Invited, secret: str) -> None:
    person = story.meet(one.name, one.user_name)
    if one.mail:
        person.page.goto(secret)
    else:
        person.page.goto(story.house.address + "/sign-in")
        person.page.get_by_role("link", name="I have a printed code").click()
        person.write("User name", one.user_name)
        person.write("Code", secret)
    _choose_password(person, "Set password and sign in")


def _choose_password(person: Persona, verb: str) -> None:
    person.write("Password", PASSWORD)
    person.write("The same password again", PASSWORD)
    person.press(verb)
    expect(person.page.get_by_role("navigation").first).to_be_visible()
