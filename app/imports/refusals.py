"""How an import says no: everything that is wrong at once, each problem with its row and column."""

from __future__ import annotations

from collections.abc import Iterable

from app.foundation.errors import Conflict, Invalid, NotFound, Problem, Refused
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext

MOST_TOLD = 1_000


class MappingInvalid(Invalid):
    """The mapping cannot be used; all its problems are listed."""


class MappingUnknown(NotFound):
    """There is neither a shipped mapping nor a file of that name."""


class FileRefused(Invalid):
    """The file cannot be imported; nothing has landed and all problems are listed."""


class RunUnknown(NotFound):
    """There is no import of that number."""


class ImportedBefore(Conflict):
    """The same file stands imported in the same way already."""


class ReporterNeeded(Refused):
    """Live records need somebody who reports them."""


class RunNotReady(Refused):
    """The import is not at a point from which this can be done."""


class ReasonNeeded(Refused):
    """An import is taken back for a reason that the trail keeps."""


class BuiltOn(Refused):
    """Something was built on what the import brought, so it cannot be taken back."""


class Faults:
    """Collects problems in order; beyond a thousand it only counts, so a hopeless file stays small."""

    def __init__(self) -> None:
        """Begin without any."""
        self.told: list[Problem] = []
        self.count = 0

    def __bool__(self) -> bool:
        """Tell whether anything is wrong."""
        return self.count > 0

    def add(self, problems: Iterable[Problem]) -> None:
        """Keep more problems."""
        for problem in problems:
            self.count += 1
            if len(self.told) < MOST_TOLD:
                self.told.append(problem)

    def refusal(self) -> FileRefused:
        """Return the error that lists them."""
        told = list(self.told)
        if self.count > len(told):
            more = ngettext("%(num)s more problem.", "%(num)s more problems.", self.count - len(told))
            told.append(Problem("", "more", more))
        return FileRefused(_("The file was not imported. Nothing was changed."), told)


def file_refusal(sentence: str, mend: str = "", *, where: str = "", rule: str = "file") -> FileRefused:
    """Return the refusal of a file that cannot be read on."""
    problem = Problem(where, rule, sentence, mend)
    return FileRefused(_("The file was not imported. Nothing was changed."), [problem])


def row_place(number: int) -> str:
    """Return how a row is named, counted from 1 with the heading."""
    return _("row %(row)s", row=number)
