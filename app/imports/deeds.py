"""The words for what imports notes in the trail."""

from __future__ import annotations

from app.trail.deed_words import DeedWords

DEEDS = (
    DeedWords("library.uploaded", "Library uploaded", "uploaded a library of documents"),
    DeedWords("library.looked_at", "Library checked", "checked an uploaded library"),
    DeedWords("import.staged", "Import read", "read a file to import"),
    DeedWords("import.landed", "Import landed", "landed an import"),
    DeedWords("import.undo_begun", "Undoing of an import begun", "began to undo an import"),
    DeedWords("import.undone", "Import undone", "undid an import"),
    DeedWords("nonconformity.imported", "Nonconformity imported", "imported this"),
    DeedWords(
        "nonconformity.import_undone", "Import of a nonconformity undone", "took this back with its import"
    ),
    DeedWords("document.imported", "Document imported", "imported this document"),
    DeedWords(
        "document.import_undone", "Import of a document undone", "took this document back with its import"
    ),
)
