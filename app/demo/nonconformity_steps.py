"""The steps of a nonconformity with the answers people of the demo company give."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from app.demo.reports import Report
from app.demo.stage import Stage
from app.organisation.kinds import KindKey

REPORTERS = {"UME": "nils.dahl", "GDA": "piotr.maj", "LEE": "tom.hughes"}
OWNERS = {"UME": "lars.ek", "GDA": "tomasz.wilk", "LEE": "james.ward"}
COORDINATORS = {"UME": "elin.sund", "GDA": "marta.kowalska", "LEE": "priya.shah"}
VERIFIERS = {"UME": "elin.sund", "GDA": "ewa.nowak", "LEE": "priya.shah"}
QUALITY_MANAGER = "ingrid.lund"
TOP_MANAGEMENT = "oskar.nyberg"
AUTHORITY = "karin.falk"


@dataclass(frozen=True, slots=True)
class Disposition:
    """What happens to affected product. Shape: `kind` and `lot` as the form has them; `cost` in euro."""

    kind: str
    note: str
    lot: str
    quantity: int
    cost: str = "0"
    concession_by: str = ""


@dataclass(frozen=True, slots=True)
class NonconformitySteps:
    """Each step as the person of the site whose turn it is."""

    stage: Stage

    def begun(self, day: int, one: Report) -> Generator[int, None, int]:
        """Report on a day, contain on the next; the story gets the record's id."""
        yield day
        record_id = self.report(one)
        yield day - 1
        self.contain(one, record_id)
        return record_id

    def report(self, one: Report) -> int:
        """Let somebody of the site report it; return the id of its record."""
        link = self.stage.company.link
        family = {"product_family_id": link(KindKey.PRODUCT_FAMILY, one.family)} if one.family else {}
        answers = {
            "title": one.title,
            "description": one.text,
            "occurred_at": self.stage.moment(days_ago=0.1),
            **self.stage.place(one.site, one.process),
            "failure_mode_id": link(KindKey.FAILURE_MODE, one.mode),
            "source": one.source,
            "severity_initial": str(one.severity),
        }
        record_id = self.stage.start(REPORTERS[one.site], "nonconformity", answers | family | dict(one.more))
        self.stage.known[one.title] = record_id
        return record_id

    def contain(self, one: Report, record_id: int) -> None:
        """Let the process owner stop the consequences."""
        answers = {
            "containment_choice": "done",
            "containment": one.containment,
            "contained_at": self.stage.moment(),
            "is_stock_blocked": "quantity_checked" in one.more,
            "are_customers_informed": bool(one.more.get("is_customer_affected")),
        }
        self.stage.complete(OWNERS[one.site], record_id, "contain", answers)

    def confirm(self, one: Report, record_id: int, **answers: Any) -> None:
        """Let the quality coordinator confirm it, as severe as it was reported."""
        record = self.stage.record(record_id)
        risks = [f"risk:{self.stage.known[key]}" for key in one.risks]
        given = {
            "triage_verdict": "confirmed",
            "severity": str(one.severity),
            "occurrence": str(record.occurrence or 1),
            "failure_mode_id": self.stage.company.link(KindKey.FAILURE_MODE, one.mode),
            "similar": record.similar,
            "route_wish": "rule",
            **({"risks": risks} if risks else {"no_risk_reason": "No risk of the register speaks of it."}),
        }
        self._triage(one, record_id, given | answers)

    def repeat(self, one: Report, record_id: int, first: Report) -> None:
        """Let the quality coordinator find that it was reported before."""
        answers = {
            "triage_verdict": "duplicate",
            "duplicate_of_id": f"nonconformity:{self.stage.known[first.title]}",
            "similar": self.stage.record(record_id).similar,
        }
        self._triage(one, record_id, answers)

    def reject(self, one: Report, record_id: int, reason: str) -> None:
        """Let the quality coordinator find that no requirement was missed."""
        answers = {
            "triage_verdict": "rejected",
            "rejection_reason": reason,
            "similar": self.stage.record(record_id).similar,
        }
        self._triage(one, record_id, answers)

    def dispose(self, one: Report, record_id: int, what: Disposition) -> None:
        """Let the process owner decide what happens to the product."""
        row = {"lot": what.lot, "quantity": str(what.quantity), "unit": "pcs", "disposition": what.kind}
        answers: dict[str, Any] = {
            "lots": [{**row, "place": "Blocked store"}],
            "disposition": what.kind,
            "disposition_note": what.note,
            "authority_id": self.stage.person(AUTHORITY),
            "cost_lines": [{"kind": "labour", "amount": what.cost, "currency": "EUR"}],
        }
        if what.concession_by:
            answers |= {"concession_by": what.concession_by, "concession_reference": "Mail of the same day"}
        self.stage.complete(OWNERS[one.site], record_id, "decide_disposition", answers)

    def authorise(self, record_id: int) -> None:
        """Let the authority accept the disposition."""
        self.stage.complete(AUTHORITY, record_id, "authorise_disposition", {"verdict": "approve"})

    def verify(self, one: Report, record_id: int, note: str) -> None:
        """Let the verifier find that the disposition did what it should."""
        answers = {"reverify_result": "pass", "reverify_note": note}
        self.stage.complete(VERIFIERS[one.site], record_id, "verify_disposition", answers)

    def decide_route(self, record_id: int, route: str, reason: str) -> None:
        """Let the quality manager decide where no rule does."""
        answers = {"route": route, "route_reason": reason}
        self.stage.complete(QUALITY_MANAGER, record_id, "decide_route", answers)

    def close(self, one: Report, record_id: int) -> None:
        """Let the quality coordinator close it."""
        is_asked = self.stage.record(record_id).reassessment_requested_at is not None
        reason = "Seen once, and small. The risks stay as they are assessed."
        answers = {} if is_asked else {"risk_justification": reason}
        self.stage.complete(COORDINATORS[one.site], record_id, "close_nonconformity", answers)

    def _triage(self, one: Report, record_id: int, answers: dict[str, Any]) -> None:
        self.stage.complete(COORDINATORS[one.site], record_id, "triage", answers)
