"""The pages round the register of risks."""

from __future__ import annotations

from collections.abc import Sequence

from app.foundation.i18n import gettext as _
from app.web.addresses import address
from app.web.parts import Tab


def risk_tabs(current: str) -> Sequence[Tab]:
    """Return the pages round the register of risks; `current` is the key of the one that is shown."""
    places = (
        ("", _("All"), address("risk.listing")),
        ("risk", _("Risks"), address("risk.listing", risk_kind="risk")),
        ("opportunity", _("Opportunities"), address("risk.listing", risk_kind="opportunity")),
        ("reassessments", _("Reassessments"), address("reassessment.listing")),
        ("treatments", _("Treatments"), address("treatment.listing")),
        ("acceptances", _("Acceptances"), address("acceptance.listing")),
        ("map", _("Map"), address("risks.map")),
    )
    return [Tab(label, url, key == current) for key, label, url in places]
