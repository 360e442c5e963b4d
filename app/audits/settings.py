"""What an admin may set about audits."""

from __future__ import annotations

from app.foundation.settings import Setting

NOTICE_DAYS = Setting("audits.notice_days", 14, int, "Days before an audit on which its auditee is told")
REMINDER_DAYS = Setting(
    "audits.reminder_days", "14, 7, 3", str, "Days before an audit on which team and auditee get a mail"
)
REPORT_DAYS = Setting("audits.report_days", 10, int, "Working days from the closing meeting to the report")
OVERDUE_DAYS = Setting(
    "audits.overdue_days", 90, int, "Days after its last day on which an audit not held is a finding"
)
PROGRAMME_DAY = Setting(
    "audits.programme_day", "11-01", str, "Month and day on which next year's programme begins"
)
SETTINGS = (NOTICE_DAYS, REMINDER_DAYS, REPORT_DAYS, OVERDUE_DAYS, PROGRAMME_DAY)
