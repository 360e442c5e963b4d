"""Settings and the outbox."""
