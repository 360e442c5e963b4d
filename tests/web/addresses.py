"""An address for every route, in the house that holds something of everything.

A route that is not covered here fails the tests: add what its address names to `arguments_of`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, url_for
from sqlalchemy import select
from werkzeug.routing import Rule

from app.accounts.models import RoleGrant, WebSession
from app.approvals.models import Approval
from app.audits.models import AuditorQualification, ChecklistLine, ProgrammeLine
from app.foundation.db import db
from app.imports.models import ImportRun
from app.organisation.kinds import KINDS, Kind
from app.records.models import Record
from app.records.register import registers
from app.workflow.lifecycle import registry
from app.workflow.models import Task, TaskState
from tests.web.house import House

NOT_OURS = frozenset({"web", "gallery"})  # files, and the page of components, which has tests of its own
PARTS = ("tasks", "files", "timeline", "risks", "actions")
WITH_PARTS = {"nonconformities": "corrected", "capas": "planned", "actions": "action"}
QUERIES = {
    "inbox.page": ("?tab=groups", "?tab=all", "?tab=done", "?tab=all&due=overdue"),
    "search.page": ("?q=seal", "?q=nothing-like-this"),
    "start.page": ("?q=wrong",),
    "home.page": (),
    "admin_chains.builder": ("?rule=0&stage=0", "?rule=0&s.severity=5&s.record=NC-2026-0001", "?rule=x"),
    "admin_chains.trial": ("?s.site=1&s.severity=4", "?s.site=never"),
    "admin_people.register": ("?closed=1",),
    "admin_organisation.register": ("?retired=1",),
    "competence.matrix": ("?only=gaps&site=1", "?role=auditor"),
    "risks.map": ("?risk_kind=opportunity&by=process", "?by=family"),
    "risks.why": ("?on=2026-03-01", "?on=never"),
    "trail.page": ("?q=seal&who=1&first=2026-01-01", "?deed=task&first=never"),
    "patterns.page": ("?days=90&site=1", "?days=7&site=x"),
    "trends.counted": (
        "?series=process:1&month=2026-02",
        "?series=site:x&month=never",
        "?month=9999-12",
    ),
    "indicators.listing": ("?site=1&first=2026-01-01&last=2026-03-17", "?first=never&site=x"),
    "document_pages.compare": ("?old=0.9&new=1.0", "?old=0.9&new=1.0&all=1"),
    "session.sign_in": ("?next=/inbox",),
    "notifications.page": ("?show=unread",),
}
# Pages of one kind of record that are not its register's.
OF_ONE = {
    "capa_acts": "waiting",
    "audit_pages": "audit",
    "audit_programme_pages": "programme",
    "document_pages": "document",
    "document_changes": "document_change",
    "audit_room": "planned",
}
OF_KIND = {"risks": "risk", "review_packs": "management_review"}
Arguments = dict[str, str | int]
CHAIN: Arguments = {"key": "capa_plan", "number": 1}  # one with a draft; each page and deed has its example


@dataclass(frozen=True, slots=True)
class Route:
    """A route with an address that exists. Shape: `rule` as the application declares it."""

    rule: str
    endpoint: str
    address: str


def routes(app: Flask, house: House, method: str) -> Iterator[Route]:
    """Yield every route of a method with an example address for each thing it is about."""
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if method not in (rule.methods or ()) or rule.endpoint.partition(".")[0] in NOT_OURS:
                continue
            for values in arguments_of(house, rule):
                yield Route(rule.rule, rule.endpoint, url_for(rule.endpoint, **values))


def pages(app: Flask, house: House) -> Iterator[Route]:
    """Yield every page: the routes of GET, with the tabs and parts that are pages of their own."""
    parted = {f"/{kind}/{house.ids[name]}" for kind, name in WITH_PARTS.items()}
    for route in routes(app, house, "GET"):
        yield route
        queries = QUERIES.get(route.endpoint, ())
        if route.endpoint.endswith(".listing") and route.endpoint not in QUERIES:
            queries = ("?state=every&group=owner", "?q=seal&sort=title")
        elif route.endpoint.endswith(".page") and route.address in parted:
            queries = tuple(f"?part={part}" for part in PARTS)
        for query in queries:
            yield Route(route.rule, route.endpoint, route.address + query)


def arguments_of(house: House, rule: Rule) -> list[Arguments]:
    """Return what the address of a rule names, once for each thing that makes another page of it."""
    if rule.endpoint.startswith(("document_pages.", "controlled_copies.", "text.")):
        return _of_documents(house, rule)
    return _of_others(house, rule)


def _of_others(house: House, rule: Rule) -> list[Arguments]:
    is_page = "GET" in (rule.methods or ())
    if is_page and rule.arguments == {"task_id"}:
        return [{"task_id": number} for number in _tasks_of_each_step()]
    if is_page and rule.arguments == {"record_id"}:
        return [{"record_id": number} for number in _records_of(house, rule.endpoint.partition(".")[0])]
    if "key" in rule.arguments:
        return _keyed(rule)
    if "kind_key" in rule.arguments:
        return [_master_data(kind, rule) for kind in KINDS.values()]
    if {"part_key", "entry_key"} & rule.arguments:
        return _of_a_list(house, rule)
    known = _known(house) | _of_audits(house, rule) | _of_training(house, rule)
    missing = rule.arguments - known.keys()
    assert not missing, f"{rule.rule} needs an example: add {sorted(missing)} to tests/web/addresses.py"
    if rule.endpoint.startswith("document_changes."):
        known["record_id"] = house.ids["document_change"]
    return [{name: known[name] for name in rule.arguments}]


def _keyed(rule: Rule) -> list[Arguments]:
    """Return what an address names by a key: a chain and one of its versions, or what can be started."""
    if rule.rule.startswith("/admin/chains/"):
        return [{name: value for name, value in CHAIN.items() if name in rule.arguments}]
    return [{"key": one.key} for one in registry.all() if one.start is not None]


def _known(house: House) -> Arguments:
    ids = house.ids
    grant = select(RoleGrant.id).where(RoleGrant.person_id == house.company.people["verifier"])
    session = select(WebSession.id).where(WebSession.person_id == house.company.people["verifier"])
    return {
        "record_id": ids["planned"],
        "file_id": ids["file"],
        "attachment_id": ids["attachment"],
        "task_id": ids["task"],
        "instance_id": ids["instance"],
        "view_id": ids["view"],
        "fault_id": ids["fault"],
        "mail_id": ids["lost_mail"],
        "special_id": ids["special"],
        "notice_id": ids["notice"],
        "absence_id": ids["absence"],
        "site_id": house.company.site,
        "process_id": house.company.process,
        "person_id": house.company.people["leaver"],
        "grant_id": db.session.scalars(grant).first() or 0,
        "session_id": db.session.scalars(session).first() or 0,
        "secret": house.invitation,
        "approval_id": db.session.scalars(select(Approval.id)).first() or 0,
        "indicator_key": "exposure",
        "view_key": "quality",
        "definition_key": "capa",
        "pack_id": ids["pack"],
        "room_id": ids["room"],
        "seq": 2,
        "run_id": db.session.scalars(select(ImportRun.id)).first() or 0,
        "number": "10.2.1",
    }


def _of_audits(house: House, rule: Rule) -> Arguments:
    """Return what an address below an audit or a programme names."""
    qualification = {"qualification_id": db.session.scalars(select(AuditorQualification.id)).first() or 0}
    if rule.rule.startswith("/audit-programmes/"):
        lines = select(ProgrammeLine.id).where(ProgrammeLine.programme_id == house.ids["programme"])
        return {"record_id": house.ids["programme"], "line_id": db.session.scalars(lines).first() or 0}
    lines = select(ChecklistLine.id).where(ChecklistLine.audit_id == house.ids["audit"])
    line = {"line_id": db.session.scalars(lines).first() or 0}
    if rule.rule.startswith("/audits/"):
        return {"record_id": house.ids["audit"], **line}
    return qualification | line


def _of_training(house: House, rule: Rule) -> Arguments:
    """Return what an address below readings, items and talks names."""
    ids = house.ids
    names = ("acknowledgement_id", "request_id", "item_id", "training_id", "talk_id")
    found: Arguments = {name: ids[name.removesuffix("_id")] for name in names}
    if rule.rule.startswith("/training/qualifications/"):
        found["qualification_id"] = ids["proof"]
    return found | ({"file_id": ids["reading_file"]} if rule.rule.startswith("/acknowledgements/") else {})


def _of_documents(house: House, rule: Rule) -> list[Arguments]:
    """Return what an address below a document names, for a revision in force and an older one."""
    known = {"record_id": house.ids["document"], "copy_id": house.ids["copy"], "key": "draft_content"}
    labels = ("1.0", "0.9") if "label" in rule.arguments else ("",)
    return [{name: (known | {"label": label})[name] for name in rule.arguments} for label in labels]


def _records_of(house: House, blueprint: str) -> list[int]:
    """Return the records a page can show: all of its kind, of other pages one of each kind."""
    kinds: dict[str, list[int]] = {}
    for number, kind in db.session.execute(select(Record.id, Record.kind).order_by(Record.id)):
        kinds.setdefault(kind, []).append(number)
    if blueprint in OF_ONE:
        return [house.ids[OF_ONE[blueprint]]]
    kind = OF_KIND.get(blueprint, blueprint)
    if registers.of_kind(kind) is not None:
        return kinds.get(kind, [])
    return [found[0] for found in kinds.values()]


def _tasks_of_each_step() -> list[int]:
    """Return an open task of every step somebody stands at, and one that is done."""
    rows = db.session.scalars(select(Task).order_by(Task.state.desc(), Task.id)).all()
    steps = {
        (row.definition_key, row.element_id): row.id for row in rows if row.state == TaskState.OPEN.value
    }
    done = next(row.id for row in rows if row.state == TaskState.DONE.value)
    return [*steps.values(), done]


def _of_a_list(house: House, rule: Rule) -> list[Arguments]:
    if "part_key" in rule.arguments:
        return [_part(house, key, rule) for key in house.parts]
    return [_entry(house, key, rule) for key in house.entries]


def _part(house: House, key: str, rule: Rule) -> Arguments:
    if "part_id" in rule.arguments:
        return {"part_key": key, "part_id": house.parts[key]}
    return {"part_key": key, "process": house.company.process}


def _entry(house: House, key: str, rule: Rule) -> Arguments:
    return {"entry_key": key} | ({"entry_id": house.entries[key]} if "entry_id" in rule.arguments else {})


def _master_data(kind: Kind, rule: Rule) -> Arguments:
    if "entry_id" not in rule.arguments:
        return {"kind_key": kind.key.value}
    entry_id = db.session.scalars(select(kind.model.id).order_by(kind.model.id)).first()
    return {"kind_key": kind.key.value, "entry_id": entry_id or 0}
