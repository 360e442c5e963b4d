"""What the calendar does for documents: ask for the look whose day comes, and remind of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.documents.change_models import DocumentReview
from app.documents.currency import in_force
from app.documents.models import Document
from app.documents.reviews import ask_review
from app.documents.settings import PROMPT_DAYS, REMIND_DAYS
from app.foundation.dates import written_day
from app.foundation.i18n import gettext as _
from app.foundation.outbox import post_mail
from app.foundation.settings import value_of
from app.foundation.unit_of_work import UnitOfWork
from app.workflow.acts import perform
from app.workflow.definitions import NotPublished, current

AT_ONCE = 200


def run_due(base_url: str) -> int:
    """Do what the calendar asks of documents on this day and return how much was done.

    Effects: each deed once, however often and in how many processes it runs. `base_url` goes into mails.
    """
    return perform(None, ask_due_reviews) + perform(None, lambda uow: remind(uow, base_url))


def ask_due_reviews(uow: UnitOfWork) -> int:
    """Ask the owners of documents whose review is near to look at them; at most two hundred at once.

    Units: calendar days before the review, a setting of the site.
    """
    if not _is_ready(uow.session):
        return 0
    asked = 0
    today = uow.now.date()
    for document in _near(uow.session, today):
        assert document.review_due_on is not None, "the statement asks for it"
        days = value_of(uow.session, PROMPT_DAYS, document.site_id)
        if document.review_due_on - timedelta(days=days) <= today:
            day = document.review_due_on
            source = f"periodic:{document.id}:{day.isoformat()}"
            reason = _("Its regular review is due on %(day)s.", day=written_day(day))
            ask_review(uow, document, reason=reason, source=source, due_on=day)
            asked += 1
    return asked


def remind(uow: UnitOfWork, base_url: str) -> int:
    """Mail the owners of documents whose review is due in a few days and not answered yet.

    Shape: who has no mail address sees the task. Safe to run again: a mail is known by look and day.
    """
    today = uow.now.date()
    rows = uow.session.execute(
        select(DocumentReview, Person)
        .join(Person, Person.id == DocumentReview.document_owner_id)
        .where(DocumentReview.open_document_id.is_not(None), DocumentReview.is_periodic)
        .where(Person.is_active, Person.mail.is_not(None))
        .order_by(DocumentReview.id)
    ).all()
    sent = 0
    for row, person in rows:
        document = uow.session.get_one(Document, row.open_document_id)
        days = value_of(uow.session, REMIND_DAYS, document.site_id)
        if document.review_due_on and document.review_due_on - timedelta(days=days) <= today:
            _mail(uow, row, document, person, base_url)
            sent += 1
    return sent


def _near(session: Session, today: date) -> Sequence[Document]:
    """Return documents in force whose review is less than a year away and not asked for yet."""
    asked = select(DocumentReview.open_document_id).where(
        DocumentReview.open_document_id.is_not(None), DocumentReview.is_periodic
    )
    return session.scalars(
        select(Document)
        .where(
            Document.review_due_on <= today + timedelta(days=366),
            Document.closed_at.is_(None),
            Document.id.not_in(asked),
            in_force(),
        )
        .order_by(Document.review_due_on, Document.id)
        .limit(AT_ONCE)
    ).all()


def _is_ready(session: Session) -> bool:
    try:
        current(session, "document_review")
    except NotPublished:
        return False
    return True


def _mail(uow: UnitOfWork, row: DocumentReview, document: Document, person: Person, base_url: str) -> None:
    assert person.mail is not None, "the statement asks for it"
    assert document.review_due_on is not None, "the statement asks for it"
    day = written_day(document.review_due_on)
    post_mail(
        uow,
        key=f"document-review:{row.id}:{document.review_due_on.isoformat()}:{person.id}",
        recipient=person.mail,
        subject=_("Review due on %(day)s: %(number)s", day=day, number=document.number),
        body=_(
            "%(number)s %(title)s\nLook at it until %(day)s and say whether it stays.\n\n%(link)s\n",
            number=document.number,
            title=document.title,
            day=day,
            link=f"{base_url}/documents/{document.id}",
        ),
    )
