"""What changes of documents and looks at documents are to the engine room."""

from __future__ import annotations

from app.documents import change_operations, change_requests, review_operations, reviews
from app.documents.change_operations import check_take_up
from app.documents.changes import PORTS as CHANGE_PORTS
from app.documents.drafting import check_answers, check_draft
from app.documents.listening import LISTENERS
from app.documents.measures import MEASURES, WORDS
from app.documents.open_points import open_points
from app.documents.reading import reading
from app.documents.releasing import check_release
from app.documents.review_round import PART
from app.documents.settings import SETTINGS
from app.workflow.lifecycle import Lifecycle, Separation, StartEntry

CHANGE = Lifecycle(
    key="document_change",
    package="documents",
    title="Change of a document",
    clause="7.5",
    record_kind="document_change",
    ports=CHANGE_PORTS,
    operations=change_operations.OPERATIONS,
    required_duties=("triage", "approve_plan"),
    proven_outcome="effective",
    separations=(Separation("verify", "implement"), Separation("approve_plan", "implement")),
    guards={
        "take_up_request": check_take_up,
        "write_draft": check_draft,
        "answer_comments": check_answers,
        "set_release": check_release,
    },
    messages=(change_requests.REQUESTED,),
    listeners=LISTENERS,
    start=StartEntry(
        title="Change a document",
        description="A document is wrong, missing or not needed any more.",
        minutes=3,
        icon="file-pencil",
        group="control",
        permission="documents.change",
    ),
    settings=SETTINGS,
    open_points=open_points,
    measures=MEASURES,
    measure_words=WORDS,
    reading=reading,
    register_endpoint="document_change.listing",
    record_endpoint="document_change.page",
)

REVIEW = Lifecycle(
    key="document_review",
    package="documents",
    title="Look at a document",
    clause="7.5.2",
    record_kind="document_review",
    ports=reviews.PORTS,
    operations=review_operations.OPERATIONS,
    required_duties=("assess_impact",),
    proven_outcome="kept",
    messages=(reviews.REQUESTED,),
    start=StartEntry(
        title="Look at a document again",
        description="Something in it does not fit what is done.",
        minutes=2,
        icon="file-search",
        group="control",
        permission="documents.change",
    ),
    register_endpoint="document_review.listing",
    record_endpoint="document_review.page",
)

LIFECYCLES = (CHANGE, REVIEW)
PARTS = (PART,)
