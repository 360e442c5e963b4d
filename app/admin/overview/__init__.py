"""The first page of administration."""
