"""The page of approvers: who approves what where, and who does when nobody is named."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.accounts import policy
from app.accounts.models import Person
from app.accounts.policy import Scope
from app.accounts.roles import title_of
from app.approvals.models import NamedApprover
from app.approvals.service import FALLBACK, Purpose, name_approver
from app.foundation.db import db
from app.foundation.errors import Invalid
from app.foundation.i18n import gettext as _
from app.foundation.unit_of_work import unit_of_work
from app.organisation.models import Site
from app.web.flashes import tell_done, tell_refused
from app.web.forms import asks_for
from app.web.guards import current_actor, permission
from app.web.redirects import redirect_303

blueprint = Blueprint("admin_approvers", __name__, url_prefix="/admin/approvers")


def purpose_words() -> dict[Purpose, str]:
    """Return what is approved, in words."""
    return {
        Purpose.CAPA_PLAN: _("The plan of a CAPA"),
        Purpose.CAPA_PLAN_TOP: _("The plan of a CAPA, grave or costly ones"),
        Purpose.CAPA_CLOSING: _("Closing a CAPA"),
        Purpose.CAPA_CLOSING_TOP: _("Closing a CAPA of severity critical"),
        Purpose.RISK_TREATMENT: _("Treatment of a high risk"),
        Purpose.RISK_TREATMENT_TOP: _("Treatment of an unacceptable risk"),
        Purpose.RISK_ACCEPTANCE: _("Acceptance of a risk up to medium"),
        Purpose.RISK_ACCEPTANCE_HIGH: _("Acceptance of a high risk"),
        Purpose.RISK_ACCEPTANCE_TOP: _("Acceptance of an unacceptable risk"),
        Purpose.RISK_TREATMENT: _("Treatment of a high risk"),
        Purpose.RISK_TREATMENT_TOP: _("Treatment of an unacceptable risk"),
        Purpose.RISK_ACCEPTANCE: _("Acceptance of a risk up to medium"),
        Purpose.RISK_ACCEPTANCE_HIGH: _("Acceptance of a high risk"),
        Purpose.RISK_ACCEPTANCE_TOP: _("Acceptance of an unacceptable risk"),
        Purpose.AUDIT_PROGRAMME: _("The audit programme of a year"),
        Purpose.CONTEXT_REVIEW: _("The review of context and interested parties"),
        Purpose.AUDIT_REPORT: _("The report of an audit"),
    }


@blueprint.get("")
@permission("admin.settings")
def page() -> str:
    """Show who approves what."""
    policy.require(current_actor(), "admin.settings", Scope())
    session = db.session()
    named = {
        (row.purpose, row.site_id): row.person_id for row in session.execute(select(NamedApprover)).scalars()
    }
    people = session.execute(
        select(Person.id, Person.name).where(Person.is_active).order_by(Person.name, Person.id)
    ).all()
    sites = session.execute(select(Site.id, Site.name).where(Site.is_active).order_by(Site.name)).all()
    return render_template(
        "admin/approvers.html",
        purposes=[(key.value, word, title_of(FALLBACK[key])) for key, word in purpose_words().items()],
        places=[(None, _("All sites")), *((site.id, site.name) for site in sites)],
        people=people,
        named=named,
    )


@blueprint.post("")
@permission("admin.settings")
@asks_for("purpose", "site_id", "person_id")
def name() -> Response:
    """Name an approver, or go back to the role."""
    actor = current_actor()
    policy.require(actor, "admin.settings", Scope())
    site_id = request.form.get("site_id", type=int)
    person_id = request.form.get("person_id", type=int)
    known = {purpose.value for purpose in Purpose}
    purpose = request.form.get("purpose", "")
    if purpose not in known:
        tell_refused(_("There is nothing of that kind to approve."))
        return redirect_303(url_for("admin_approvers.page"))
    try:
        with unit_of_work(actor.id) as uow:
            name_approver(uow, Purpose(purpose), site_id, person_id)
    except Invalid as error:
        tell_refused(error.sentence)
    else:
        tell_done(_("Kept. It holds for plans that are handed in from here on."))
    return redirect_303(url_for("admin_approvers.page"))
