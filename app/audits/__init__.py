"""Internal audits: the yearly programme, the audit with its checklist, and its findings (clause 9.2).

The seam between the audit and its findings, which live in the files `finding*.py`:

- A `ChecklistLine` answered `major`, `minor` or `ofi` offers the button “Write finding”, a link to the
  start form of the lifecycle `finding` with `audit_id`, `line_id`, `site_id`, `process_id`, `requirement` and
  `grade`.
  A finding keeps `audit_id` and, when it was written from a line, `line_id`.
- `finding_service.findings_of(session, audit_id)` returns the findings of an audit, oldest first.
- `finding_service.open_for(session, audit_id)` returns those that are not closed or cancelled. The audit
  names each as an open point and refuses to close while one is left.
- The guards of 10.2.1 e (CAPA effective, reassessment answered) are the finding's: a closed finding is done.
- An audit that is overdue by 90 days asks for a finding against 9.2 with the stored message
  `finding.requested`, correlation `audit-overdue:<audit id>`, payload `audit_id`, `title`, `statement`,
  `requirement`, `grade`, `site_id`, `process_id`.
"""
