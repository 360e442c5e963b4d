"""Somebody at a browser: signs in where the door is shut, fills forms by labels, opens tasks by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.rig import View

PASSWORD = "seven lazy herons wade"
PATIENCE_MS = 20_000
ROUNDS = 40
PAUSE_MS = 200


@dataclass
class Persona:
    """A person with a browser of their own."""

    name: str
    user_name: str
    view: View

    @property
    def page(self) -> Page:
        return self.view.page

    def go(self, path: str) -> Page:
        """Open a page, through the door when the session has ended."""
        self.page.goto(self.view.address + path)
        if "/sign-in" in self.page.url:
            self.sign_in()
            self.page.goto(self.view.address + path)
        return self.page

    def sign_in(self) -> None:
        """Pass the door with user name and password."""
        self.write("User name", self.user_name)
        self.write("Password", PASSWORD)
        self.press("Sign in")
        expect(self.page).not_to_have_url(re.compile("sign-in"))

    def write(self, label: str, text: str, *, within: Locator | None = None) -> None:
        """Write into the first field of a label; again if the form was drawn anew in that very moment."""
        field = self._field(label, within)
        for _turn in range(3):
            field.fill(text)
            if field.input_value() == text:
                return
        expect(field).to_have_value(text)

    def pick(self, label: str, option: str, *, within: Locator | None = None) -> None:
        """Choose from a list by what it says."""
        field = self._field(label, within)
        value = field.locator("option", has_text=option).first.get_attribute("value")
        field.select_option(value)

    def say(self, question: str, answer: str) -> None:
        """Answer a question that shows its choices."""
        group = self.page.get_by_role("group", name=_starting(question))
        group.get_by_text(answer, exact=True).first.click()

    def choose(self, question: str, answer: str) -> None:
        """Choose one of many where several may be chosen."""
        group = self.page.get_by_role("group", name=_starting(question))
        group.get_by_role("checkbox", name=answer).check()

    def rate(self, matrix: str, score: int) -> None:
        """Press the first cell of a matrix that has a score."""
        group = self.page.get_by_role("group", name=_starting(matrix))
        group.get_by_role("radio", name=_starting(str(score))).first.check()

    def tick(self, label: str) -> None:
        """Tick a box."""
        self.page.get_by_label(_starting(label)).check()

    def attach(self, label: str, file: Path) -> None:
        """Choose a file from the disk; again if the form was drawn anew in that very moment."""
        field = self._field(label)
        for _turn in range(3):
            field.set_input_files(file)
            if field.evaluate("one => one.files.length"):
                return

    def press(self, verb: str) -> None:
        """Press the button of a verb."""
        self.page.get_by_role("button", name=verb, exact=True).last.click()

    def finish(self, *, signed: bool = False) -> None:
        """Press the verb of the task, with name and password where the step is signed."""
        if signed:
            if self.page.get_by_label("Your user name").count():  # with the first signature after signing in
                self.write("Your user name", self.user_name)
            self.write("Your password", PASSWORD)
        self.page.locator(".bar .btn--primary").click()

    def open_task(self, verb: str, matter: str = "") -> Page:
        """Open a task of the inbox, mine or my groups', as soon as it has arrived."""
        row = self.page.get_by_role("article").filter(has_text=matter).get_by_role("link", name=verb)
        self._until(row, lambda number: self.go(f"/inbox?tab={('mine', 'groups')[number % 2]}"))
        row.first.press("Enter")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(verb)
        return self.page

    def wait_on(self, path: str, text: str) -> Page:
        """Open a page again and again until it says something."""
        self._until(self.page.get_by_text(text), lambda _number: self.go(path))
        return self.page

    def refused(self, path: str) -> int:
        """Ask for a page that is not this person's and return the status of the answer."""
        self.go("/")
        answer = self.page.goto(self.view.address + path)
        assert isinstance(answer, Response)
        self.view.complaints.clear()  # the browser notes the status as an error
        return answer.status

    def _field(self, label: str, within: Locator | None = None) -> Locator:
        labelled = (within or self.page).get_by_label(_starting(label))
        return labelled.and_(self.page.locator("input, select, textarea")).first

    def _until(self, wanted: Locator, look: Callable[[int], object]) -> None:
        for number in range(ROUNDS):
            look(number)
            if wanted.count():
                return
            self.page.wait_for_timeout(PAUSE_MS)  # the server has work to do before it comes
        expect(wanted.first).to_be_visible(timeout=PATIENCE_MS)


def _starting(label: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(label)}")
