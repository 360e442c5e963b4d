"""Figures in the reader's words: units, targets, verdicts, movements."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from app.foundation.i18n import gettext as _
from app.foundation.i18n import ngettext
from app.indicators.definitions import Indicator
from app.indicators.rules import Direction, Rag, Trend, change_in_percent, is_better, rag_of, trend_of
from app.web.parts import Chip

NOTHING, MINUS = "\u2013", "\u2212"  # a dash and a minus sign


def area_words() -> Mapping[str, str]:
    """Return the words of the areas, in the order of pages."""
    return {
        "improve": _("Improve"),
        "assure": _("Assure"),
        "control": _("Control"),
        "people": _("People"),
        "partners": _("Partners"),
    }


def unit_words() -> Mapping[str, str]:
    """Return the words of the units."""
    return {"percent": "%", "days": _("days"), "points": _("points"), "records": ""}


def figure_words(indicator: Indicator, figure: Decimal | None) -> str:
    """Return a figure with its unit; a dash where there is none."""
    if figure is None:
        return NOTHING
    unit = unit_words()[indicator.unit]
    written = written_number(figure)
    return f"{written} {unit}".strip()


def target_words(indicator: Indicator) -> str:
    """Return the target as a sentence, empty without one."""
    if indicator.target is None:
        return ""
    figure = figure_words(indicator, indicator.target)
    if indicator.direction is Direction.UP:
        return _("at least %(figure)s", figure=figure)
    return _("at most %(figure)s", figure=figure)


def rag_chip(indicator: Indicator, figure: Decimal | None) -> Chip | None:
    """Return the verdict against the target in a word; None without target or figure."""
    verdicts = {
        Rag.GREEN: Chip(_("On target"), "ok", icon="check"),
        Rag.AMBER: Chip(_("Close to target"), "warn", icon="alert-triangle"),
        Rag.RED: Chip(_("Off target"), "bad", icon="alert-circle"),
    }
    return verdicts.get(rag_of(figure, indicator.target, indicator.direction))


def change_words(indicator: Indicator, figure: Decimal | None, before: Decimal | None) -> str:
    """Return how a figure moved against the period before, in words; empty where nothing can be compared."""
    trend = trend_of(figure, before)
    if trend is Trend.NONE or figure is None or before is None:
        return ""
    if trend is Trend.FLAT:
        return _("as before")
    difference = abs(figure - before)
    if indicator.unit == "percent":
        points = (
            ngettext("%(num)s point", "%(num)s points", int(difference))
            if difference == 1
            else _("%(figure)s points", figure=written_number(difference))
        )
        return _("%(points)s up", points=points) if trend is Trend.UP else _("%(points)s down", points=points)
    percent = change_in_percent(figure, before)
    if percent is None:
        return _("up from %(before)s", before=figure_words(indicator, before))
    sign = "+" if percent > 0 else MINUS
    return f"{sign}{written_number(abs(percent))} %"


def change_verdict(indicator: Indicator, figure: Decimal | None, before: Decimal | None) -> str:
    """Return `good`, `bad` or nothing for the movement, by meaning and not by direction."""
    better = is_better(trend_of(figure, before), indicator.direction)
    return "" if better is None else "good" if better else "bad"


def change_icon(figure: Decimal | None, before: Decimal | None) -> str:
    """Return the sign of the movement."""
    signs = {
        Trend.UP: Chip("", icon="arrow-up-right"),
        Trend.DOWN: Chip("", icon="arrow-down-right"),
        Trend.FLAT: Chip("", icon="arrow-right"),
    }
    sign = signs.get(trend_of(figure, before))
    return sign.icon if sign else ""


def written_number(value: Decimal) -> str:
    """Return a number with a thin space between thousands, as packs keep it for readers of any language."""
    plain = value.quantize(Decimal(1)) if value == value.to_integral() else value
    return f"{plain:,f}".replace(",", "\u202f")
