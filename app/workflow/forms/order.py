"""Which names a form's expressions may use, and in which order its answers must be settled."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from app.foundation.errors import Problem
from app.foundation.i18n import gettext as _
from app.workflow.forms.expressions import Rule
from app.workflow.forms.model import SCOPE_NAMES, Field, Group, Note, RowsSettings


def settle_order(fields: tuple[Field, ...]) -> tuple[tuple[str, ...], list[Problem]]:
    """Return the keys so that each follows the keys its conditions and computations need.

    Shape: the second value lists circles; then the order is empty.
    """
    known = {field.key for field in fields}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for field in fields:
        sorter.add(field.key, *sorted(_needs(field) & known))
    try:
        return tuple(sorter.static_order()), []
    except CycleError as circle:
        keys = list(dict.fromkeys(circle.args[1]))
        return (), [
            Problem(
                keys[0],
                "expression-circle",
                _("These fields wait for each other: %(keys)s.", keys=", ".join(keys)),
                _("Change one of the conditions or computations so that the circle opens."),
            )
        ]


def check_names(sections: tuple[Group, ...]) -> list[Problem]:
    """Return a problem for each name in an expression that nothing in the form's scope carries."""
    fields = [field for section in sections for field in section.fields()]
    known = SCOPE_NAMES | {field.key for field in fields}
    problems = [
        problem
        for section in sections
        for place, rule in page_rules(section)
        for problem in _unknown(place, rule, known)
    ]
    for field in fields:
        own = field.conditions + field.limits
        if isinstance(field.settings, RowsSettings):
            own = field.conditions
            problems += _column_problems(field.key, field.settings, known)
        problems += [p for rule in (*own, *_answer_rules(field)) for p in _unknown(field.key, rule, known)]
    return list(dict.fromkeys(problems))


def _needs(field: Field) -> frozenset[str]:
    names = frozenset[str]().union(*(rule.possible_names for rule in field.rules))
    if isinstance(field.settings, RowsSettings):
        # A column hides the form's answer of the same name inside its row.
        outside = field.conditions + ((field.readonly,) if isinstance(field.readonly, Rule) else ())
        columns = {column.key for column in field.settings.columns}
        return (names - columns).union(*(rule.possible_names for rule in outside))
    return names


def _answer_rules(field: Field) -> tuple[Rule, ...]:
    return () if isinstance(field.settings, RowsSettings) else field.rules


def _column_problems(key: str, rows: RowsSettings, known: frozenset[str]) -> Iterator[Problem]:
    inside = known | {column.key for column in rows.columns}
    for column in rows.columns:
        for rule in (*column.rules, *column.limits):
            yield from _unknown(f"{key}.{column.key}", rule, inside)


def page_rules(group: Group) -> Iterator[tuple[str, Rule]]:
    """Yield the conditions of groups and notes, each with the id of its component."""
    if group.hide:
        yield group.id, group.hide
    for part in group.parts:
        if isinstance(part, Group):
            yield from page_rules(part)
        elif isinstance(part, Note) and part.hide:
            yield part.id, part.hide


def _unknown(place: str, rule: Rule, known: frozenset[str]) -> Iterator[Problem]:
    for name in sorted(rule.names - known):
        yield Problem(
            place,
            "expression-name",
            _(
                "The expression “%(text)s” uses “%(name)s”, which nothing carries.",
                text=rule.text[:120],
                name=name,
            ),
            _("Use a key of this form, or record, task, decision or settings followed by a dot and a name."),
        )
