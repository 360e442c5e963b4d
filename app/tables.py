"""The one list of modules that define tables; migrations and their check read the metadata from here."""

from __future__ import annotations

from app.accounts import models as accounts
from app.actions import models as actions
from app.approvals import models as approvals
from app.audits import finding_models as findings
from app.audits import models as audits
from app.capa import models as capa
from app.documents import change_models as document_changes
from app.documents import models as documents
from app.evidence import trail_checks
from app.evidence.destruction import models as destructions
from app.evidence.packs import models as packs
from app.evidence.reviews import models as trail_reviews
from app.evidence.rooms import models as rooms
from app.foundation import dated, files, heartbeat, installation, numbering, outbox, settings, throttle
from app.foundation.db import Base
from app.imports import models as imports
from app.imports import uploads as library_uploads
from app.improvements import models as improvements
from app.indicators import models as indicators
from app.library import models as library
from app.management_review import models as management_review
from app.organisation import models as organisation
from app.process_map import models as process_map
from app.quality_events import models as quality_events
from app.records import models as records
from app.risks import models as risks
from app.trail import models as trail
from app.training import models as training
from app.training import reading_models as readings
from app.training import talk_models as talks
from app.training import training_models as trainings
from app.trends import models as trends
from app.workflow import models as workflow

MODULES = (
    installation,
    dated,
    files,
    heartbeat,
    numbering,
    outbox,
    settings,
    throttle,
    trail,
    organisation,
    accounts,
    workflow,
    records,
    approvals,
    quality_events,
    actions,
    risks,
    capa,
    process_map,
    audits,
    findings,
    improvements,
    trends,
    documents,
    document_changes,
    training,
    readings,
    trainings,
    talks,
    imports,
    library_uploads,
    library,
    indicators,
    management_review,
    trail_checks,
    packs,
    rooms,
    trail_reviews,
    destructions,
)
metadata = Base.metadata
