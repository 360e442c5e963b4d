"""What the auditors saw on their visits of two years, in their words."""

from __future__ import annotations

from dataclasses import dataclass

from app.audits.checklist import LineOrder
from app.demo.audit_steps import Report
from app.demo.finding_steps import Found, PutRight
from app.demo.stage import Stage

EARLIER = "earlier_finding"  # the origin of a line that asks about an earlier finding
USUAL = Report("What was seen is as it should be.", "People know their process.")


@dataclass(frozen=True, slots=True)
class Visit:
    """One audit of a process at a site, and what is found when `question` is asked.

    Shape: `day` counts back from the last Tuesday; `key` names what another story goes on with; `taken_up_by`
    carries an improvement, nobody means that it is declined; a visit that is not planned follows another one.
    """

    day: int
    process: str
    site: str
    report: Report = USUAL
    question: LineOrder | None = None
    result: str = "conform"
    seen: str = ""
    found: Found | None = None
    put_right: PutRight | None = None
    taken_up_by: str = ""
    key: str = ""
    is_planned: bool = True
    interviewee: str = "Shift lead"
    present: str = "Process owner, two shift leads, the team"

    @property
    def about(self) -> str:
        """Return the question that is answered with `seen`."""
        return self.question.question if self.question else EARLIER

    def improvement(self, stage: Stage) -> dict[str, str]:
        """Return what the process owner answers to an opportunity."""
        if not self.taken_up_by or self.found is None:
            return {
                "improvement": "decline",
                "decline_reason": "It would cost more than it saves at our size.",
            }
        return {
            "improvement": "take_up",
            "improvement_text": self.found.title,
            "improvement_owner_id": stage.person(self.taken_up_by),
            "improvement_due_on": stage.day(60),
        }


GAUGES = LineOrder(
    "Does every gauge at the work place have a valid date?", "7.1.5.2", "Sticker and list agree", "14 gauges"
)
VISITS = (
    Visit(
        660,
        *("MAC", "GDA"),
        Report("First parts are released, and the records can be found.", "Tool life is tracked.", "partly"),
        LineOrder("Who releases the first part of a lot?", "8.6", "A signed first part record", "6 lots"),
        "minor",
        "One of six lots was run before the first part was released; the shift lead was in a meeting.",
        Found(
            "A lot was run before its first part was released",
            "Lots may start without release.",
            ("wrong_trim",),
        ),
        PutRight(
            "The 40 parts were measured; all are good.",
            "Nobody may release when the shift lead is away.",
            "Every shift names who releases in place of the lead.",
            "Twelve lots of three shifts seen, all released before they ran.",
            "All parts were measured and are good.",
        ),
    ),
    Visit(
        610, "ASM", "UME", Report("Torques are written down and agree with the drawing.", "Clean benches.")
    ),
    Visit(
        566,
        *("SEA", "GDA"),
        Report("Flatness is measured as planned.", "Lappers teach each other."),
        LineOrder("How is a worn plate recognised?", "8.5.1", "Log of the plates", "Both machines"),
        "ofi",
        "Wear is judged by feel; the feel is good, but it leaves with the people.",
        Found(
            "Measure the wear of plates instead of feeling it",
            "A figure would outlast the person.",
            ("seals_leak",),
            "ofi",
        ),
    ),
    Visit(
        520, "TST", "UME", Report("No pump left without its curve.", "The stand stops by itself at a leak.")
    ),
    Visit(
        476,
        *("CAL", "UME"),
        Report("Most gauges are in date; two work places were forgotten.", "The list is complete.", "partly"),
        GAUGES,
        "minor",
        "Two of fourteen gauges at the assembly benches were past their date, by 12 and 19 days.",
        Found(
            "Gauges in use after their date",
            "The list shows what is due, but nobody takes it away.",
            ("gauges_ume",),
        ),
        PutRight(
            "Both were calibrated and were within their limits.",
            "The list is looked at when somebody has time.",
            "The coordinator looks at the list every Monday.",
            "Fourteen gauges seen, all in date.",
            "Both gauges were within their limits, so no result was wrong.",
        ),
    ),
    Visit(
        430,
        *("SRV", "LEE"),
        Report("Jobs are recorded on site.", "Customers sign on the tablet."),
        LineOrder("Does the technician know what was changed last time?", "8.5.5", "Job history", "5 jobs"),
        "ofi",
        "The history is in the office; technicians call to ask for it.",
        Found(
            "Show the history of a pump on the tablet",
            "It would save a call for each job.",
            ("transit",),
            "ofi",
        ),
        taken_up_by="james.ward",
    ),
    Visit(
        396,
        "SHP",
        "LEE",
        Report("Crates are photographed before they are closed.", "The photos can be found."),
    ),
    Visit(
        318,
        *("CAL", "UME"),
        Report(
            "What was corrected a year ago is there again. Gdańsk has solved it; Umeå and Leeds do not know.",
            "The tool store in Gdańsk could be the model.",
            "not_effective",
        ),
        None,
        "minor",
        "Three of sixteen gauges past their date, one for seven weeks. 210 bolts were tightened with it.",
        Found(
            "Gauges in use after their date, again",
            "Nothing stops a gauge that is past its date. The correction of last year did not hold.",
            ("gauges_ume",),
            impact=4,
        ),
        key="gauges",
        present="Lars Ek, Elin Sund, two fitters, the team",
    ),
    Visit(
        282,
        "MAC",
        "GDA",
        Report("Every shift knows who releases.", "The tool store locks what is past its date."),
    ),
    Visit(
        248,
        *("ASM", "UME"),
        Report("Order and drawing agree.", "Fitters say openly what went wrong.", "partly"),
        LineOrder(
            "How does a fitter learn of a changed drawing?", "8.5.6", "Change notice signed", "4 changes"
        ),
        "minor",
        "One of four changes reached the late shift three days after the early shift.",
        Found(
            "A changed drawing reached the late shift late",
            "Changes are told at one shift only.",
            ("coupling_fails",),
        ),
        PutRight(
            "The late shift was told; no pump was built to the former drawing.",
            "Changes are told by word of mouth at 7 in the morning.",
            "A change is signed for at both shifts before the order is released.",
            "Three changes seen, signed for at both shifts.",
            "No pump was built to the former drawing.",
        ),
    ),
    Visit(
        224,
        *("CAL", "UME"),
        Report(
            "The tool store locks what is past its date, in Umeå as in Gdańsk.",
            "Fitters ask for it themselves.",
        ),
        key="gauges_again",
        is_planned=False,
        present="Lars Ek, Elin Sund, the team",
    ),
    Visit(
        138,
        "QMS",
        "UME",
        Report("Decisions of the review have owners and days.", "Figures are spoken about."),
    ),
    Visit(
        110,
        *("SEA", "GDA"),
        Report(
            "The actions of last year are in place and used. Old charts should go.", "Colour marks for wear."
        ),
        LineOrder("What happens to charts that are out of date?", "7.5.3", "Wall charts", "The whole hall"),
        "ofi",
        "The wall chart is from last year, but nobody uses it any more.",
        Found(
            "Take down charts that nobody uses",
            "Old charts make people unsure which limit counts.",
            ("seals_leak",),
            "ofi",
        ),
        taken_up_by="tomasz.wilk",
    ),
    Visit(
        62,
        "CAL",
        "LEE",
        Report(
            "All twelve gauges are in date; the cabinet stays shut otherwise.", "The idea came from Gdańsk."
        ),
    ),
)
