"""Invented content of the component pages: Norrland Pumps with its sites Umeå, Gdańsk and Leeds."""

from __future__ import annotations

from datetime import date, timedelta

from app.foundation.clock import now
from app.web import parts
from app.web.paging import Page

MARTA = parts.Person("Marta", "Ma")
JONAS = parts.Person("Jonas", "Jo")
SOFIA = parts.Person("Sofia", "So")
PIOTR = parts.Person("Piotr", "Pi")


def stages() -> tuple[parts.Stage, ...]:
    """Return the stages of a corrective action that waits for proof."""
    done = (
        ("Reported", "12 Jan"),
        ("Contained", "13 Jan"),
        ("Triaged", "14 Jan"),
        ("Cause found", "28 Jan"),
        ("Plan approved", "3 Feb"),
        ("Actions done", "20 Feb"),
        ("Verified", "26 Feb"),
    )
    return (
        *(parts.Stage(name, "done", note) for name, note in done),
        parts.Stage("Proving effectiveness", "here", "until 27 Apr", part=0.3),
        parts.Stage("Risk updated"),
        parts.Stage("Closed"),
    )


def steps() -> tuple[parts.Step, ...]:
    """Return the strip of a cause analysis."""
    return (
        parts.Step("Report", "done"),
        parts.Step("Contain", "done"),
        parts.Step("Triage", "done"),
        parts.Step("Find the root cause", "here"),
        parts.Step("Plan actions"),
        parts.Step(kind="gate"),
        parts.Step("Approve the plan"),
        parts.Step("5 more"),
        parts.Step(kind="end"),
    )


def reasons() -> tuple[parts.Reason, ...]:
    """Return why Marta has this task."""
    more_time = parts.Link("Ask for more time", "#more-time")
    return (
        parts.Reason("You own this CAPA", "Elin named you at triage on 18 Feb.", icon="user"),
        parts.Reason("Until 16 Mar 2026, 16:00", "Major: 20 working days.", more_time, icon="clock-hour-4"),
        parts.Reason("What happens next", "You plan the actions. Then Ingrid approves.", icon="arrow-right"),
    )


def facts() -> tuple[parts.Fact, ...]:
    """Return the facts of a record in short."""
    return (
        parts.Fact("Number", "CAPA-2026-0057"),
        parts.Fact("Opened", "16 Feb 2026"),
        parts.Fact("Site", "Gdańsk, Machining"),
        parts.Fact("Owner", "Marta", person=MARTA),
        parts.Fact("Repeats", "NC-2025-0287, Leeds", url="#nc"),
        parts.Fact("Due", "15 May 2026", note="was 30 Apr"),
        parts.Fact("Clause", "10.2.1 b"),
    )


def linked() -> tuple[parts.Linked, ...]:
    """Return the records that belong to it."""
    return (
        parts.Linked(
            icon="alert-hexagon",
            number="NC-2026-0118",
            url="#nc",
            title="6 faces above limit",
            chip=parts.Chip("Contained"),
        ),
        parts.Linked(
            icon="message-report",
            number="CMP-2026-0031",
            url="#cmp",
            title="Bothnia Paper, 2 pumps",
            chip=parts.Chip("Answer due", "warn"),
        ),
        parts.Linked(
            icon="shield-exclamation",
            number="RSK-0031",
            url="#rsk",
            title="Seal leakage in service",
            chip=parts.Chip("12 High", "high"),
        ),
    )


def open_points() -> tuple[parts.OpenPoint, ...]:
    """Return what must still happen, met ones first to prove that the macro turns them round."""
    return (
        parts.OpenPoint("All 3 actions are done and verified", "met", door=parts.Link("Actions", "#a")),
        parts.OpenPoint(
            "RSK-0017 is not reassessed", "open", "Indicated 9, assessed 12.", parts.Link("Open risk", "#r")
        ),
        parts.OpenPoint(
            "Waiting time has not passed", "wait", "41 of 60 days to go.", parts.Link("Show joints", "#t")
        ),
    )


def deeds() -> tuple[parts.Deed, ...]:
    """Return a timeline with a signature on behalf of somebody."""
    signed_at = now() - timedelta(days=19, hours=2)
    signature = parts.Signature(
        name="Sofia",
        meaning="verification",
        at=signed_at,
        method="password",
        mark="7c1e…a94b",
        form="verify_actions v7",
        on_behalf_of="Gareth",
    )
    return (
        parts.Deed("Waiting for proof began, 60 days", signed_at.date(), icon="hourglass"),
        parts.Deed("verified 3 actions", signed_at, SOFIA, signatures=(signature,)),
        parts.Deed("asked for 15 days more", date(2026, 2, 17), JONAS, detail="Tool update delivered late."),
        parts.Deed(
            "Recognised as a repeat of",
            date(2025, 1, 12),
            icon="repeat",
            link=parts.Link("NC-2025-0199", "#nc"),
        ),
    )


def tasks() -> tuple[parts.TaskRow, ...]:
    """Return rows of work from overdue to later."""
    moment = now()
    return (
        parts.TaskRow(
            title="Find the root cause",
            url="/components/task",
            icon="search",
            meta=("CAPA-2026-0057", "Seal face out of flatness on HP-80", "Gdańsk"),
            due=moment - timedelta(days=1),
            chip=parts.Chip("Urgent", "bad"),
            value="1",
        ),
        parts.TaskRow(
            title="Approve the action plan",
            url="#2",
            icon="circle-check",
            meta=("CAPA-2026-0049", "Wrong impeller trim on order 48 112", "Umeå"),
            due=moment + timedelta(days=1),
            is_current=True,
            value="2",
        ),
        parts.TaskRow(
            title="Reassess the risk",
            url="#3",
            icon="shield-exclamation",
            meta=("RSK-0031", "Seal leakage in service"),
            due=moment + timedelta(days=3),
            value="3",
        ),
        parts.TaskRow(
            title="Change the torque table for coupling bolts",
            url="#4",
            icon="file-pencil",
            meta=("CHG-2026-0019", "Jonas is reviewing revision 3"),
            stages=(parts.Stage("1", "done"), parts.Stage("2", "here"), parts.Stage("3")),
            note="until 24 Mar",
            value="4",
        ),
    )


def columns() -> tuple[parts.Column, ...]:
    """Return the columns of a register of nonconformities."""
    return (
        parts.Column("number", "Number", "muted"),
        parts.Column("title", "What happened", "title"),
        parts.Column("site", "Site", on_phone=False),
        parts.Column("severity", "Severity", "severity"),
        parts.Column("stage", "Stage", "chip"),
        parts.Column("owner", "Owner", "person", on_phone=False),
        parts.Column("due", "Due", "due", sort_url="?sort=-due", direction="ascending"),
        parts.Column("leads_to", "Leads to", "link", on_phone=False),
    )


def rows() -> tuple[dict[str, object], ...]:
    """Return rows of a register; one title is long and one row repeats an earlier case."""
    titles = (
        ("Motor bracket drilled 2 mm off", 3, "Moderate", -9, JONAS),
        ("Hydro test skipped on 1 unit of 12", 5, "Critical", -4, SOFIA),
        (
            "Seal face out of flatness, 6 of 40, found again after the lapping plate was dressed",
            4,
            "Major",
            -1,
            MARTA,
        ),
        ("Torque tool used past calibration date", 4, "Major", 0, PIOTR),
        ("Wrong impeller trim on order 48 112", 3, "Moderate", 1, JONAS),
        ("Porosity in volute casting, 2 of 30", 2, "Minor", 6, PIOTR),
        ("Gasket kit incomplete on 5 shipments", 1, "Negligible", 30, MARTA),
    )
    today = now().date()
    return tuple(
        {
            "_id": f"NC-2026-{109 + number:04}",
            "_url": "/components/record",
            "_repeat": "Repeats NC-2025-0287" if number == 2 else "",
            "number": f"NC-2026-{109 + number:04}",
            "title": title,
            "site": "Gdańsk",
            "severity": parts.Severity(level, word),
            "stage": parts.Chip("In disposition", "accent"),
            "owner": owner,
            "due": today + timedelta(days=days),
            "leads_to": parts.Link("CAPA-2026-0053", "#capa") if number % 2 else None,
        }
        for number, (title, level, word, days, owner) in enumerate(titles)
    )


def page() -> Page[dict[str, object]]:
    """Return a page that has a next one and is not the first."""
    return Page(rows=rows(), after="cursor", is_first=False)


def matrix() -> parts.Matrix:
    """Return a risk matrix with counts in some cells."""
    return parts.Matrix(
        likelihoods=("Almost certain", "Likely", "Possible", "Unlikely", "Rare"),
        severities=("Negligible", "Minor", "Moderate", "Major", "Critical"),
        cells=tuple(
            tuple(_cell(likelihood, severity) for severity in range(1, 6)) for likelihood in range(5, 0, -1)
        ),
        caption="Assessed risks by likelihood and severity",
    )


def _cell(likelihood: int, severity: int) -> parts.MatrixCell:
    score = likelihood * severity
    bands = ((16, "max", "Unacceptable"), (10, "high", "High"), (5, "med", "Medium"), (0, "low", "Low"))
    band, word = next((band, word) for least, band, word in bands if score >= least)
    count = (likelihood * 7 + severity * 3) % 5
    return parts.MatrixCell(score, band, word, value=f"{likelihood}x{severity}", count=count, url="#risks")


def heat() -> parts.Heat:
    """Return exposure by site and category."""
    names = ("Umeå", "Gdańsk", "Leeds")
    return parts.Heat(
        caption="Exposure by site and category",
        columns=("Product", "Process", "Supplier", "People"),
        rows=tuple(
            (
                name,
                tuple(
                    parts.HeatCell(str(heat * 7), heat, "#exposure", "2 more" if heat == 4 else "")
                    for heat in ((line + step * 2) % 6 for step in range(4))
                ),
            )
            for line, name in enumerate(names)
        ),
    )


def stats() -> tuple[parts.Stat, ...]:
    """Return cards of a dashboard."""
    return (
        parts.Stat(
            title="Overdue tasks",
            figure="5",
            url="#overdue",
            change="2 fewer than last month",
            verdict="good",
            icon="trending-down",
            computed="Open tasks whose due date has passed.",
        ),
        parts.Stat(
            title="Repeat rate",
            figure="12",
            unit="%",
            url="#repeats",
            change="3 points more",
            verdict="bad",
            icon="trending-up",
        ),
    )


def counts() -> tuple[parts.Count, ...]:
    """Return the figures above a register."""
    return (
        parts.Count("Reported", 6, "#s1", "2 more than last month"),
        parts.Count("Contained", 9, "#s2", "same as last month"),
        parts.Count("Triaged", 4, "#s3", "3 fewer"),
        parts.Count("In disposition", 7, "#s4", "1 more"),
        parts.Count("Overdue", 5, "#s5", "2 more", is_bad=True, icon="alert-triangle"),
        parts.Count("Closed, 30 days", 21, "#s6", "4 more"),
    )


def filters() -> tuple[parts.Filter, ...]:
    """Return the conditions of a register."""
    return (
        parts.Filter("Site is", "Gdańsk or Umeå", "#off", "#edit"),
        parts.Filter("Severity is at least", "Moderate", "#off"),
    )


def tabs() -> tuple[parts.Tab, ...]:
    """Return the parts of a record."""
    return (
        parts.Tab("Summary", "#summary", is_current=True),
        parts.Tab("Tasks", "#tasks", count=9),
        parts.Tab("Actions", "#actions", count=3),
        parts.Tab("Files", "#files", count=6),
        parts.Tab("Timeline", "#timeline"),
        parts.Tab("Evidence", "#evidence"),
    )
