"""The one ledger of what went wrong, wherever it was found: append-only, and the source of recurrence."""
