"""Bringing in a library of documents from the browser."""
