"""Who and what the story has so far: the house, its people at their browsers, the records by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.main_job.house import House
from tests.browser.main_job.persona import Persona
from tests.browser.rig import View

OpenBrowser = Callable[[str], View]


@dataclass
class Story:
    """Shape: `people` by user name, `paths` of records by a word, `proof` is a file to attach."""

    house: House
    open_browser: OpenBrowser
    proof: Path
    people: dict[str, Persona] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, user_name: str) -> Persona:
        return self.people[user_name]

    def meet(self, name: str, user_name: str) -> Persona:
        """Give somebody a browser of their own."""
        found = Persona(name, user_name, self.open_browser(self.house.address))
        self.people[user_name] = found
        return found

    def remember(self, word: str, somebody: Persona) -> None:
        """Keep the address of the record somebody looks at."""
        self.paths[word] = somebody.page.url.removeprefix(self.house.address).partition("?")[0]
