"""What an admin may set about findings."""

from __future__ import annotations

from app.foundation.settings import Setting

SETTINGS = (
    Setting("audits.finding_response_days", 30, int, "Days until a finding is answered with its cause"),
    Setting("audits.finding_major_days", 90, int, "Days until a major finding is put right"),
    Setting("audits.finding_minor_days", 60, int, "Days until a minor finding is put right"),
)
