"""Which variables an expression uses, so that publishing can refuse names nobody provides."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.decisions.feel import nodes
from app.decisions.feel.evaluate_access import ITEM
from app.decisions.feel.evaluate_iteration import PARTIAL
from app.decisions.feel.evaluate_logic import TESTED
from app.decisions.feel.library import LIBRARY
from app.decisions.feel.tree import children


@dataclass(slots=True)
class UsedNames:
    """Names found in a tree.

    Shape: `sure` are variables without doubt; `possible` stand where a name may also mean an entry of a list
    item or a library function; `paths` are the dotted accesses, such as ("record", "severity"); `whole` are
    the names used without one, so that all of their value matters.
    """

    sure: set[str] = field(default_factory=set)
    possible: set[str] = field(default_factory=set)
    paths: set[tuple[str, ...]] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)


def used_names(node: nodes.Node) -> UsedNames:
    """Return the variables the tree uses."""
    found = UsedNames()
    _look(node, frozenset({TESTED}), found, is_inside_filter=False)
    return found


def _look(node: nodes.Node, bound: frozenset[str], found: UsedNames, *, is_inside_filter: bool) -> None:
    if isinstance(node, nodes.Name):
        _note(node.name, bound, found, is_inside_filter=is_inside_filter)
        found.whole |= {node.name} - bound
    elif isinstance(node, nodes.Path):
        _look_at_path(node, bound, found, is_inside_filter=is_inside_filter)
    elif isinstance(node, nodes.Filter):
        _look(node.base, bound, found, is_inside_filter=is_inside_filter)
        _look(node.condition, bound | {ITEM}, found, is_inside_filter=True)
    elif isinstance(node, nodes.For | nodes.Quantified):
        _look_at_rounds(node, bound, found, is_inside_filter=is_inside_filter)
    elif isinstance(node, nodes.ContextLiteral):
        for key, value in node.entries:
            _look(value, bound, found, is_inside_filter=is_inside_filter)
            bound |= {key}
    elif isinstance(node, nodes.FunctionLiteral):
        names = {name for name, _kind in node.parameters}
        _look(node.body, bound | names, found, is_inside_filter=is_inside_filter)
    elif isinstance(node, nodes.Call):
        _look_at_call(node, bound, found, is_inside_filter=is_inside_filter)
    else:
        for child in children(node):
            _look(child, bound, found, is_inside_filter=is_inside_filter)


def _note(name: str, bound: frozenset[str], found: UsedNames, *, is_inside_filter: bool) -> None:
    if name in bound:
        return
    if is_inside_filter or name in LIBRARY:
        found.possible.add(name)
    else:
        found.sure.add(name)


def _look_at_path(
    node: nodes.Path, bound: frozenset[str], found: UsedNames, *, is_inside_filter: bool
) -> None:
    members = [node.member]
    base = node.base
    while isinstance(base, nodes.Path):
        members.append(base.member)
        base = base.base
    if not isinstance(base, nodes.Name) or is_inside_filter or base.name in bound:
        _look(base, bound, found, is_inside_filter=is_inside_filter)
        return
    found.paths.add((base.name, *reversed(members)))
    _note(base.name, bound, found, is_inside_filter=is_inside_filter)


def _look_at_rounds(
    node: nodes.For | nodes.Quantified, bound: frozenset[str], found: UsedNames, *, is_inside_filter: bool
) -> None:
    for iterator in node.iterators:
        _look(iterator.source, bound, found, is_inside_filter=is_inside_filter)
        if iterator.end is not None:
            _look(iterator.end, bound, found, is_inside_filter=is_inside_filter)
        bound |= {iterator.name}
    body = node.body if isinstance(node, nodes.For) else node.condition
    if isinstance(node, nodes.For):
        bound |= {PARTIAL}
    _look(body, bound, found, is_inside_filter=is_inside_filter)


def _look_at_call(
    node: nodes.Call, bound: frozenset[str], found: UsedNames, *, is_inside_filter: bool
) -> None:
    if not isinstance(node.callee, nodes.Name) or node.callee.name not in LIBRARY:
        _look(node.callee, bound, found, is_inside_filter=is_inside_filter)
    for argument in (*node.positional, *(value for _name, value in node.named)):
        _look(argument, bound, found, is_inside_filter=is_inside_filter)
