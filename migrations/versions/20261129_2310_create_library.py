"""Create what the library needs: checks of contents, waiting uploads, controlled copies, texts for search.

Why: contents are compared with their hashes in turn; a person's uploads are counted; untaken ones are swept;
    each state of a revision has one PDF.
Locks: adding the column and the index locks `stored_file` for moments.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "2310_library"
down_revision = "2300_slots"
branch_labels = None
depends_on = None

FTS = (
    "CREATE VIRTUAL TABLE record_search_texts USING fts5(terms, content='record_text',"
    " content_rowid='record_id', prefix='2 3', tokenize='unicode61 remove_diacritics 2')"
)
INSERTED = (
    "CREATE TRIGGER record_search_texts_insert AFTER INSERT ON record_text BEGIN"
    " INSERT INTO record_search_texts(rowid, terms) VALUES (new.record_id, new.terms); END"
)
GONE = (
    " INSERT INTO record_search_texts(record_search_texts, rowid, terms)"
    " VALUES ('delete', old.record_id, old.terms);"
)
DELETED = f"CREATE TRIGGER record_search_texts_delete AFTER DELETE ON record_text BEGIN{GONE} END"
CHANGED = (
    f"CREATE TRIGGER record_search_texts_update AFTER UPDATE ON record_text BEGIN{GONE}"  # noqa: S608 - constants of this file
    " INSERT INTO record_search_texts(rowid, terms) VALUES (new.record_id, new.terms); END"
)
TSVECTOR = (
    "CREATE INDEX ix_record_search_texts ON record_text USING gin (to_tsvector('simple'::regconfig, terms))"
)


def upgrade() -> None:
    op.add_column(
        "stored_file",
        sa.Column("came_with_form", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_stored_file_uploader", "stored_file", ["created_by_id", "created_at"])
    op.create_table(
        "content_check",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.Column("damage", sa.String(10), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_content_check")),
    )
    op.create_index("ix_content_check_turn", "content_check", ["checked_at", "sha256"])
    _create_controlled_copy()
    _create_record_text()


def _create_controlled_copy() -> None:
    op.create_table(
        "controlled_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("is_archival", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["document_revision.id"],
            name=op.f("fk_controlled_copy_revision_id_document_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_controlled_copy_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_controlled_copy_made_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_controlled_copy")),
    )
    op.create_index("ix_controlled_copy_revision", "controlled_copy", ["revision_id", "made_at"])
    op.create_index(op.f("ix_controlled_copy_file_id"), "controlled_copy", ["file_id"])


def _create_record_text() -> None:
    op.create_table(
        "record_text",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_text_record_id_record")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_record_text")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in (FTS, INSERTED, DELETED, CHANGED):
            op.execute(statement)
    else:
        op.execute(TSVECTOR)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER record_search_texts_{name}")
        op.execute("DROP TABLE record_search_texts")
    op.drop_table("record_text")
    op.drop_table("controlled_copy")
    op.drop_table("content_check")
    op.drop_index("ix_stored_file_uploader", "stored_file")
    op.drop_column("stored_file", "came_with_form")
