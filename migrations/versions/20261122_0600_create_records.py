"""Create the tables of records, and the index that search reads.

Why: the first tables of the package. SQLite keeps the search index in an FTS5 table beside `record`, fed by
triggers; PostgreSQL in an expression index. Words are not stemmed: records are written in several languages.
Locks: none; the tables are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.foundation.db import UtcDateTime

revision = "0600_records"
down_revision = "0500_workflow"
branch_labels = None
depends_on = None

FTS = (
    "CREATE VIRTUAL TABLE record_search USING fts5(number, title, search_text, content='record',"
    " content_rowid='id', prefix='2 3', tokenize='unicode61 remove_diacritics 2')"
)
INSERTED = (
    "CREATE TRIGGER record_search_insert AFTER INSERT ON record BEGIN"
    " INSERT INTO record_search(rowid, number, title, search_text)"
    " VALUES (new.id, new.number, new.title, new.search_text); END"
)
GONE = (
    " INSERT INTO record_search(record_search, rowid, number, title, search_text)"
    " VALUES ('delete', old.id, old.number, old.title, old.search_text);"
)
DELETED = f"CREATE TRIGGER record_search_delete AFTER DELETE ON record BEGIN{GONE} END"
CHANGED = (
    f"CREATE TRIGGER record_search_update AFTER UPDATE OF number, title, search_text ON record BEGIN{GONE}"  # noqa: S608 - constants of this file
    " INSERT INTO record_search(rowid, number, title, search_text)"
    " VALUES (new.id, new.number, new.title, new.search_text); END"
)
TSVECTOR = (
    "CREATE INDEX ix_record_search ON record USING gin"
    " (to_tsvector('simple'::regconfig, regexp_replace(number || ' ' || title || ' ' || search_text,"
    " '[^[:alnum:]]+', ' ', 'g')))"
)


def upgrade() -> None:
    _create_record()
    _create_link()
    _create_comment()
    _create_attachment()
    _create_watcher()
    _create_saved_view()
    if op.get_bind().dialect.name == "sqlite":
        for statement in (FTS, INSERTED, DELETED, CHANGED):
            op.execute(statement)
    else:
        op.execute(TSVECTOR)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER record_search_{name}")
        op.execute("DROP TABLE record_search")
    for table in ("saved_view", "watcher", "attachment", "comment", "record_link", "record"):
        op.drop_table(table)


def _create_record() -> None:
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("process_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("restricted_to", sa.String(length=400), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("original_due_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("severity IS NULL OR severity BETWEEN 1 AND 5", name=op.f("ck_record_severity")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_record_site_id_site")),
        sa.ForeignKeyConstraint(
            ["process_id"], ["business_process.id"], name=op.f("fk_record_process_id_business_process")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_record_owner_id_person")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_record_opened_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("number", name=op.f("uq_record_number")),
    )
    op.create_index("ix_record_kind_opened", "record", ["kind", "opened_at", "id"])
    op.create_index("ix_record_kind_due", "record", ["kind", "due_at", "id"])
    op.create_index("ix_record_kind_status", "record", ["kind", "status", "id"])
    op.create_index("ix_record_owner", "record", ["owner_id", "id"])
    op.create_index("ix_record_opened_by", "record", ["opened_by_id", "id"])


def _create_link() -> None:
    op.create_table(
        "record_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_record_link_two_records")),
        sa.ForeignKeyConstraint(["from_id"], ["record.id"], name=op.f("fk_record_link_from_id_record")),
        sa.ForeignKeyConstraint(["to_id"], ["record.id"], name=op.f("fk_record_link_to_id_record")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_record_link_created_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_link")),
        sa.UniqueConstraint("from_id", "to_id", "kind", name=op.f("uq_record_link_from_id_to_id_kind")),
    )
    op.create_index("ix_record_link_to", "record_link", ["to_id", "id"])


def _create_comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("asked_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_comment_record_id_record")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_comment_task_id_task")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_comment_author_id_person")),
        sa.ForeignKeyConstraint(["asked_id"], ["person.id"], name=op.f("fk_comment_asked_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_record", "comment", ["record_id", "id"])
    is_open_question = sa.text("answered_at IS NULL AND asked_id IS NOT NULL")
    op.create_index(
        "ix_comment_question",
        "comment",
        ["asked_id", "id"],
        sqlite_where=is_open_question,
        postgresql_where=is_open_question,
    )


def _create_attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_attachment_record_id_record")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_attachment_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_attachment_task_id_task")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_attachment_added_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["person.id"], name=op.f("fk_attachment_removed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("record_id", "file_id", name=op.f("uq_attachment_record_id_file_id")),
    )
    op.create_index(op.f("ix_attachment_file_id"), "attachment", ["file_id"])


def _create_watcher() -> None:
    op.create_table(
        "watcher",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_watcher_record_id_record")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_watcher_person_id_person")),
        sa.PrimaryKeyConstraint("record_id", "person_id", name=op.f("pk_watcher")),
    )
    op.create_index(op.f("ix_watcher_person_id"), "watcher", ["person_id"])


def _create_saved_view() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("list_key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "person_id", "list_key", "name", name=op.f("uq_saved_view_person_id_list_key_name")
        ),
    )
