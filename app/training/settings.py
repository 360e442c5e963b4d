"""What an admin may set about reading, learning and lapsed skills."""

from __future__ import annotations

from app.foundation.settings import Setting

QUOTA = Setting(
    "training.quota",
    95,
    int,
    "Percent of an audience that must have acknowledged or learned before it counts",
)
MOST_ATTEMPTS = Setting("training.most_attempts", 3, int, "How often somebody may try the same questions")
PASS_SCORE = Setting("training.pass_score", 80, int, "Percent of right answers that passes")
DUE_DAYS = Setting(
    "training.due_days", 14, int, "Calendar days to read and acknowledge when nobody says more"
)
WARNING_DAYS = Setting(
    "training.warning_days", "60,30,10", str, "Days before a qualification ends on which people are told"
)
LAPSED_SKILL = Setting(
    "training.lapsed_skill",
    "warn",
    str,
    "A task asks for a skill that lapsed: off says nothing, warn says so, block refuses",
)
TRAINING_DAYS = Setting(
    "training.training_days", 30, int, "Calendar days to learn something when nobody says more"
)
EVALUATION_DAYS = Setting(
    "training.evaluation_days",
    60,
    int,
    "Calendar days from the proof to the evaluation by the manager; counts as 30 below and as 90 above",
)
WAIVER_DAYS = Setting("training.waiver_days", 180, int, "Most calendar days that a waiver of a proof lasts")
GAPS = Setting(
    "training.gaps",
    "hand",
    str,
    "Trainings for gaps of the matrix: hand waits until somebody asks, auto asks each night",
)
READING_SETTINGS = (QUOTA, MOST_ATTEMPTS, PASS_SCORE, DUE_DAYS)
COMPETENCE_SETTINGS = (WARNING_DAYS, LAPSED_SKILL, TRAINING_DAYS, EVALUATION_DAYS, WAIVER_DAYS, GAPS)
