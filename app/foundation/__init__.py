"""What every other package stands on: storage, unit of work, clock, errors, outbox, files, numbering."""
