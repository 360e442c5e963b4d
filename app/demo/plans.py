"""What the owners of the demo's CAPAs found out and planned, in their words."""

from __future__ import annotations

from app.demo.capa_steps import DOCUMENT, Cause, Plan, Planned

HOLLOW_PLATE = Cause(
    (
        "The faces were lapped on a hollow plate.",
        "Nobody measured the plate for eight weeks.",
        "The maintenance plan says: when worn.",
        "No limit for wear exists.",
    ),
    "The maintenance plan has no limit for the wear of lapping plates.",
    "LIMIT",
    "Leeds has no lapping. Umeå buys its plates lapped.",
)
LIMIT_FOR_PLATES = Plan(
    (
        Planned("Write a limit of 5 µm for plate wear into the plan", "tomasz.wilk", 12, "process"),
        Planned("Measure each plate every Monday and keep the figures", "piotr.maj", 16),
        Planned("Train all lappers in measuring plates", "aneta.zielinska", 21, "training", "preventive"),
    ),
    *("Faces above 0.6 µm, %", "15", "2"),
)
BY_FEEL = Cause(
    (
        "The bolts were tightened with the wrong feel.",
        "The click of the wrench was not heard.",
        "New fitters were not shown how.",
    ),
    "New fitters are not trained on the torque wrench.",
    "INSTR",
    "Leeds tightens with a gauge. Gdańsk has no couplings.",
)
TORQUE_TRAINING = Plan(
    (
        Planned("Train all fitters on the torque wrench", "lars.ek", 14, "training"),
        Planned("Hang a poster with all torques at both benches", "nils.dahl", 15, "other"),
    ),
    *("Bolts below torque at final check, %", "8", "3"),
)
NO_LOCK = Cause(
    (
        "A bolt was left out of the sequence.",
        "Nothing counts the bolts.",
        "The pump goes on although a bolt is missing.",
        "Tool and order are not connected.",
    ),
    "Nothing stops a pump whose bolts were not all tightened.",
    "TOOL",
    "Looked at Leeds: the gauge there counts.",
)
LOCKED_TOOL = Plan(
    (
        Planned("Buy two tools that count and write the torque", "hanna.strand", 25, "equipment"),
        Planned("Lock the order until all bolts are counted", "nils.dahl", 45, "equipment"),
        Planned("Check ten orders with the new tool", "hanna.strand", 48, "process", "preventive"),
    ),
    *("Bolts below torque at final check, %", "8", "0"),
)
TYPED_BY_HAND = Cause(
    (
        "The code was typed with a wrong digit.",
        "The second person reads the same paper.",
        "The machine cannot read the order.",
    ),
    "The trim code is typed by hand at the balancing machine.",
    "INSTR",
    "Umeå trims nothing. Leeds trims one a year, by drawing.",
)
BARCODE = Plan(
    (
        Planned("Mount a barcode reader at both machines", "tomasz.wilk", 30, "equipment"),
        Planned("Print the trim code as barcode on the order", "aneta.zielinska", 42),
    ),
    *("Impellers with a wrong trim", "2", "0"),
    method="record_review",
)
NO_X_RAY = Cause(
    (
        "Pores are inside and cannot be seen.",
        "Receiving inspection looks at the surface only.",
        "The order asks for no X-ray.",
    ),
    "Our orders for pressure housings ask for no test of the inside.",
    "SUPPL",
    "Gdańsk buys forged parts. Leeds buys from Umeå.",
)
SUPPLIER_TEST = Plan(
    (
        Planned("Ask for an X-ray record with each housing", "hanna.strand", 30, "supplier"),
        Planned("Cut one housing of each lot for three months", "lars.ek", 60, "process", "preventive"),
    ),
    *("Porous housings found after receipt", "2", "0"),
    method="record_review",
)
NO_SUPPORT = Cause(
    (
        "The shaft bent in the crate.",
        "The crate holds it at the ends only.",
        "Crates were drawn for shorter shafts.",
    ),
    "The crate for spare shafts has no support in the middle.",
    "TOOL",
    "Gdańsk ships shafts in tubes. Umeå ships no spare shafts.",
)
BETTER_CRATE = Plan(
    (
        Planned("Put a support into the middle of each crate", "tom.hughes", 25, "equipment"),
        Planned("Photograph the support before the crate is closed", "tom.hughes", 45),
        Planned("Agree on shock labels with the carrier", "james.ward", 48, "supplier", "preventive"),
    ),
    *("Spare shafts bent on arrival", "3", "0"),
    method="record_review",
)
NOBODY_LOOKS = Cause(
    (
        "The bore gauge was used after its date.",
        "Nobody knew that its date had passed.",
        "The list is looked at when somebody has time.",
        "No day is set for looking at it.",
    ),
    "Nobody is told when a gauge is due.",
    "INSTR",
    "Leeds and Umeå have lists as well.",
)
REMINDERS = Plan(
    (
        Planned("Send a reminder a week before the date of each gauge", "aneta.zielinska", 14),
        Planned("Show all setters how to read the sticker", "tomasz.wilk", 20, "other"),
    ),
    *("Gauges past their date at the work place", "3", "0"),
    method="record_review",
)
NOTHING_STOPS = Cause(
    (
        "The micrometer was used although its date had passed.",
        "The reminder was read, but the shift needed it.",
        "Whoever takes a gauge is not stopped.",
        "Date and tool store are not connected.",
    ),
    "Nothing stops a gauge whose date has passed.",
    "LIMIT",
    "The other sites keep their gauges in drawers.",
)
LOCKED_CABINET = Plan(
    (
        Planned("Keep all gauges in a cabinet that opens by barcode", "aneta.zielinska", 28, "equipment"),
        Planned("Let the cabinet refuse what is past its date", "tomasz.wilk", 36, "equipment"),
    ),
    *("Gauges past their date at the work place", "3", "0"),
    method="record_review",
)
IN_THE_VANS = Cause(
    (
        "The gauge of van 3 had run out seven weeks before.",
        "It lives in the van, and the list lies in the office.",
        "Nobody gives gauges out, so nobody looks at their dates.",
    ),
    "No rule says that a gauge comes back before its date.",
    "LIMIT",
    "Gdańsk has solved it with a cabinet; we did not know.",
)
CABINET_FOR_VANS = Plan(
    (
        Planned(
            "Keep the gauges of all vans in a cabinet that opens by barcode", "james.ward", 36, "equipment"
        ),
        Planned("Bring all gauges back every Friday", "tom.hughes", 40),
    ),
    *("Gauges past their date in the vans", "4", "0"),
    method="record_review",
)
LEARNED_ALONE = Cause(
    (
        "Three gauges were used after their date.",
        "Umeå has a list, no cabinet.",
        "Nobody in Umeå knew of the cabinet in Gdańsk.",
        "A corrective action ends at the site that wrote it.",
    ),
    "No rule defines that a corrective action is carried to the other sites.",
    "LIMIT",
    "Gdańsk has the cabinet since last year. Leeds orders one at this moment.",
)
CABINETS = Plan(
    (
        Planned("Install the cabinet of Gdańsk in Umeå", "hanna.strand", 35, "equipment"),
        Planned("Tell every corrective action at the meeting of all sites", "lars.ek", 42, kind="preventive"),
        Planned("Let the procedure for gauges hold at all sites", "aneta.zielinska", 40, DOCUMENT),
    ),
    *("Gauges past their date at all sites", "3", "0"),
    method="process_audit",
)


FIRST_THOUGHTS = {
    "method": "five_why",
    "why_chain": [{"answer": "The flange was opened under pressure."}, {"answer": "The gauge showed zero."}],
    "root_cause": "",
}
