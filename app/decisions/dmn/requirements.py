"""Checks that no element of a requirement graph needs itself."""

from __future__ import annotations

from collections.abc import Mapping

from app.decisions.dmn.elements import Decision, Element, KnowledgeModel
from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _


def check_cycles(elements: Mapping[str, Element]) -> list[Problem]:
    """Return one problem for each element that stands on a cycle of requirements."""
    settled: set[str] = set()
    problems: list[Problem] = []
    for start in elements:
        on_cycle = _find_cycle(start, elements, settled)
        if on_cycle is not None:
            name = elements[on_cycle].name
            sentence = _("“%(name)s” requires itself, directly or by others.", name=name)
            problems.append(Problem(on_cycle, "dmn-cycle", sentence, _("Remove one of the arrows.")))
    return problems


def _find_cycle(start: str, elements: Mapping[str, Element], settled: set[str]) -> str | None:
    """Walk depth first without recursion: a chain may be longer than Python's stack."""
    path: list[tuple[str, list[str]]] = (
        [(start, list(_requires(elements[start])))] if start not in settled else []
    )
    open_keys = {start}
    found: str | None = None
    while path:
        key, rest = path[-1]
        if not rest:
            settled.add(key)
            open_keys.discard(key)
            path.pop()
            continue
        following = rest.pop()
        if following in open_keys:
            found = following
        elif following not in settled and following in elements:
            open_keys.add(following)
            path.append((following, list(_requires(elements[following]))))
    return found


def _requires(element: Element) -> tuple[str, ...]:
    return element.requires if isinstance(element, Decision | KnowledgeModel) else ()
