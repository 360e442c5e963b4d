"""Prepares the map of processes: three bands, what passes, what is missing, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.actor import initials_of
from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.organisation.kinds import ProcessKind, process_kind_title
from app.process_map.models import ProcessFlow
from app.process_map.processes import ProcessLine, flows_in, process_lines
from app.process_map.rules import Gap, chain_order
from app.process_map.words import gap_words
from app.web.addresses import address
from app.web.parts import Chip, Column, Link, OpenPoint, Person


@dataclass(frozen=True, slots=True)
class MapBox:
    """A process on the map. Shape: `passes` is what goes to the box behind it, `serves` whom it serves."""

    name: str
    code: str
    url: str
    owner: Person | None
    gap_words: str
    passes: str = ""
    serves: str = ""


@dataclass(frozen=True, slots=True)
class MapPage:
    """Everything the template of the map draws."""

    management: tuple[MapBox, ...]
    core: tuple[MapBox, ...]
    support: tuple[MapBox, ...]
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, object], ...]
    flow_columns: tuple[Column, ...]
    flows: tuple[Mapping[str, object], ...]
    points: tuple[OpenPoint, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no process at all."""
        return not self.rows


def map_page(session: Session, today: date) -> MapPage:
    """Return the map of all processes in use."""
    lines = process_lines(session, today)
    flows = flows_in(session)
    names = {line.id: line.name for line in lines}
    bands = {kind: [line for line in lines if line.kind is kind] for kind in ProcessKind}
    pairs = [
        (flow.from_process_id, flow.to_process_id)
        for flow in flows
        if flow.from_process_id is not None and flow.to_process_id is not None
    ]
    order = chain_order([line.id for line in bands[ProcessKind.CORE]], pairs)
    by_id = {line.id: line for line in lines}
    followers: Sequence[int | None] = [*order[1:], None][: len(order)]
    return MapPage(
        management=tuple(
            _box(line, serves=_served(line, flows, names)) for line in bands[ProcessKind.MANAGEMENT]
        ),
        core=tuple(
            _box(by_id[one], passes=_passing(one, after, flows))
            for one, after in zip(order, followers, strict=True)
        ),
        support=tuple(_box(line, serves=_served(line, flows, names)) for line in bands[ProcessKind.SUPPORT]),
        columns=_columns(),
        rows=tuple(_row(line) for line in lines),
        flow_columns=flow_columns(),
        flows=tuple(flow_row(flow, names) for flow in flows),
        points=tuple(point for line in lines for point in gap_points(line)),
    )


def gap_points(line: ProcessLine, *, is_own_page: bool = False) -> list[OpenPoint]:
    """Return what a process lacks as open points, with the door to mend it."""
    words = gap_words()
    return [
        OpenPoint(
            words[gap] if is_own_page else f"{line.name}: {words[gap]}",
            "open",
            door=Link(_("Mend it"), _mending(line.id, gap)),
        )
        for gap in line.gaps
    ]


def flow_columns() -> tuple[Column, ...]:
    """Return the columns of what passes."""
    return (
        Column("what", _("What passes")),
        Column("from", _("From")),
        Column("to", _("To")),
    )


def flow_row(flow: ProcessFlow, names: Mapping[int, str]) -> dict[str, object]:
    """Return one thing that passes, with its two ends in words."""
    return {
        "what": flow.what,
        "from": names.get(flow.from_process_id or 0, "") or flow.from_party,
        "to": names.get(flow.to_process_id or 0, "") or flow.to_party,
    }


def process_url(process_id: int) -> str:
    """Return the address of a process."""
    return address("process_map.process", process_id=process_id)


def _mending(process_id: int, gap: Gap) -> str:
    if gap is Gap.MEASURE:
        return address("process_parts.add_page", part_key="measure", process=process_id)
    if gap is Gap.RISK:
        return address("start.form", key="risk", process_id=f"process:{process_id}")
    return address("process_map.edit_page", process_id=process_id)


def _box(line: ProcessLine, *, passes: str = "", serves: str = "") -> MapBox:
    others = [gap for gap in line.gaps if gap is not Gap.OWNER]
    missing = ngettext("%(num)s thing missing", "%(num)s things missing", len(others)) if others else ""
    return MapBox(
        name=line.name,
        code=line.code,
        url=process_url(line.id),
        owner=Person(line.owner, initials_of(line.owner)) if line.owner else None,
        gap_words=missing,
        passes=passes,
        serves=serves,
    )


def _passing(one: int, after: int | None, flows: Sequence[ProcessFlow]) -> str:
    """Return what a process of the chain passes on: to the next, or at the end to the outside."""
    if after is None:
        found = [flow.what for flow in flows if flow.from_process_id == one and flow.to_process_id is None]
    else:
        found = [flow.what for flow in flows if flow.from_process_id == one and flow.to_process_id == after]
    return ", ".join(found)


def _served(line: ProcessLine, flows: Sequence[ProcessFlow], names: Mapping[int, str]) -> str:
    served = (names.get(flow.to_process_id or 0, "") for flow in flows if flow.from_process_id == line.id)
    return ", ".join(dict.fromkeys(name for name in served if name))


def _columns() -> tuple[Column, ...]:
    return (
        Column("name", _("Process"), "title"),
        Column("code", _("Code"), "muted"),
        Column("kind", _("Kind"), on_phone=False),
        Column("importance", _("Importance"), "number"),
        Column("owner", _("Owner"), "person"),
        Column("state", _("State"), "chip"),
    )


def _row(line: ProcessLine) -> dict[str, object]:
    words = gap_words()
    missing = ngettext("%(num)s thing missing", "%(num)s things missing", len(line.gaps))
    state = Chip(_("Complete"), "ok") if not line.gaps else Chip(missing, "warn", icon="alert-triangle")
    return {
        "_id": line.id,
        "_url": process_url(line.id),
        "name": line.name,
        "code": line.code,
        "kind": process_kind_title(line.kind),
        "importance": line.importance,
        "owner": Person(line.owner, initials_of(line.owner)) if line.owner else None,
        "state": state,
        "missing": [words[gap] for gap in line.gaps],
    }
