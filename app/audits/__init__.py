"""Internal audits: the yearly programme, the audit with its checklist, and its findings (clause 9.2).

The seam between the audit and its findings, which live in the files `finding*.py`. Findings may use every
other module of the package; no other module uses them:

- A `ChecklistLine` answered `major`, `minor` or `ofi` offers the button “Write finding”, which leads to
  `finding_routes.from_line`: everything the line knows goes into the finding. A finding keeps `audit_id` and,
  when it was written from a line, `line_id`; when it is opened it calls
  `checklist.note_finding(uow, line_id, finding_id)`.
- The lifecycle `finding` answers `open_points(session, "audit", audit_id)` with one point for each finding of
  the audit, met when it is closed. The audit refuses to close while one is not met; the guards of 10.2.1 e
  (CAPA effective, reassessment answered) are the finding's, so a closed finding is done.
- Every line answered `major` or `minor` needs its finding before the report is written.
- An audit that is overdue by 90 days asks for a finding against 9.2 with the stored message
  `finding.requested`, correlation `audit-overdue:<audit id>`, payload `audit_id`, `title`, `statement`,
  `requirement`, `grade`, `site_id`, `process_id`.
"""
