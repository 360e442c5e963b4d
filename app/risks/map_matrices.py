"""The two matrices of the map: where the events say that risks stand, and where people said so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from app.foundation.i18n import gettext as _
from app.records.usual import severity_words
from app.risks.chips import CHIP_KINDS
from app.risks.filters import LEVELS, cell_value
from app.risks.map_doors import door
from app.risks.models import RiskKind
from app.risks.rules import Band, band_of
from app.risks.standing import Standing, is_waiting
from app.risks.words import band_words, gain_words, likelihood_words
from app.web.parts import Matrix, MatrixCell, MatrixMove

MOST_ARROWS = 6
LANES = 3  # so many arrows of one cell stand side by side
BESIDE = 2.6  # a fall is drawn so far beside the rise, in percent of the width
SHORT = 4  # digits of a number that name a risk beside its arrow


def matrices(standings: Sequence[Standing], kind: str) -> Sequence[Matrix]:
    """Return both matrices of risks, the indicated one with what moved; an opportunity is only assessed."""
    assessed = _matrix(standings, kind, "assessed", _assessed_cell)
    if kind == RiskKind.OPPORTUNITY.value:
        return [assessed]
    return [_matrix(standings, kind, "indicated", _indicated_cell), assessed]


def _matrix(
    standings: Sequence[Standing], kind: str, key: str, cell_of: Callable[[Standing], tuple[int, int]]
) -> Matrix:
    counted = Counter(cell_of(one) for one in standings)
    is_risk = kind == RiskKind.RISK.value
    moved = _moved(standings) if key == "indicated" else []
    return Matrix(
        likelihoods=tuple(likelihood_words()[level] for level in reversed(LEVELS)),
        severities=tuple(
            severity_words()[level] if is_risk else _("Gain %(level)s", level=level) for level in LEVELS
        ),
        cells=tuple(
            tuple(
                _cell(kind, key, (likelihood, severity), counted[likelihood, severity]) for severity in LEVELS
            )
            for likelihood in reversed(LEVELS)
        ),
        caption=_("Indicated by the events") if key == "indicated" else _("Assessed by people"),
        moves=tuple(arrow for place, one in enumerate(moved) for arrow in _arrows(one, place)),
        moves_words=_("Where risks stand beyond their assessment: %(risks)s", risks=_in_words(moved)),
    )


def _cell(kind: str, key: str, cell: tuple[int, int], count: int) -> MatrixCell:
    score = cell[0] * cell[1]
    is_risk = kind == RiskKind.RISK.value
    words = band_words() if is_risk else gain_words()
    shade = CHIP_KINDS[band_of(score)] if is_risk else _gain_shade(score)
    url = door(kind, **{key: cell_value(*cell)})
    return MatrixCell(score, shade, words[band_of(score)], count=count, url=url)


def _gain_shade(score: int) -> str:
    """Return the colour of a gain: green where it is worth much; a small one is no alarm."""
    return "low" if band_of(score) in {Band.HIGH, Band.UNACCEPTABLE} else "med"


def _moved(standings: Sequence[Standing]) -> list[Standing]:
    away = [one for one in standings if _indicated_cell(one) != _assessed_cell(one)]
    return sorted(away, key=lambda one: (-_rise(one), one.risk.id))[:MOST_ARROWS]


def _arrows(one: Standing, place: int) -> Sequence[MatrixMove]:
    """Return how a risk rose, and how far it falls when somebody has assessed it again."""
    assessed, indicated = (
        _spot(_assessed_cell(one), place % LANES),
        _spot(_indicated_cell(one), place % LANES),
    )
    label = one.risk.number[-SHORT:]
    rise = MatrixMove(label, *assessed, *indicated)
    if not is_waiting(one):
        return (rise,)
    x, y = _spot(_reckoned_cell(one), place % LANES)
    return (rise, MatrixMove(label, *indicated, round(x + BESIDE, 1), y, is_waiting=True))


def _spot(cell: tuple[int, int], lane: int) -> tuple[float, float]:
    """Return where an arrow of a lane meets a cell; below its figures, and beside the other lanes."""
    likelihood, severity = cell
    across = severity - 1 + 0.24 + 0.26 * lane
    down = len(LEVELS) - likelihood + 0.62 + 0.12 * lane
    return round(across * 100 / len(LEVELS), 1), round(down * 100 / len(LEVELS), 1)


def _in_words(moved: Sequence[Standing]) -> str:
    return ", ".join(_rise_in_words(one) for one in moved)


def _rise_in_words(one: Standing) -> str:
    scores = {
        "number": one.risk.number,
        "before": _product(_assessed_cell(one)),
        "after": _product(_indicated_cell(one)),
    }
    if not is_waiting(one):
        return _("%(number)s from %(before)s to %(after)s", **scores)
    return _(
        "%(number)s from %(before)s to %(after)s, and falls to %(then)s when somebody assesses it again",
        **scores,
        then=_product(_reckoned_cell(one)),
    )


def _rise(one: Standing) -> int:
    return abs(_product(_indicated_cell(one)) - _product(_assessed_cell(one)))


def _product(cell: tuple[int, int]) -> int:
    return cell[0] * cell[1]


def _indicated_cell(one: Standing) -> tuple[int, int]:
    assert one.indicated is not None, "only assessed risks are on the matrix"
    return one.indicated.likelihood, one.indicated.severity


def _reckoned_cell(one: Standing) -> tuple[int, int]:
    assert one.indicated is not None, "only assessed risks are on the matrix"
    return one.indicated.reckoned_likelihood, one.indicated.reckoned_severity


def _assessed_cell(one: Standing) -> tuple[int, int]:
    residual = one.risk.residual or {}
    return int(residual["likelihood"]), int(residual["severity"])
