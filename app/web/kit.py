"""What the presentation kit asks of the application that uses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import cast

from flask import current_app

from app.web.navigation import FrameEndpoints, FrameFacts, NavigationItem


def _nothing_known() -> FrameFacts:
    return FrameFacts()


def _nobody_may(_permission: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Kit:
    """The ports of the frame and the few choices an installation makes.

    Shape: `navigation` in the order of the rail; `facts` answers what the frame counts for the present
    actor; `may` answers whether the present actor holds a permission; `translations` by locale;
    `is_loopback` None means that the settings of the application decide.
    """

    navigation: Sequence[NavigationItem] = ()
    endpoints: FrameEndpoints = field(default_factory=FrameEndpoints)
    facts: Callable[[], FrameFacts] = _nothing_known
    may: Callable[[str], bool] = _nobody_may
    translations: Mapping[str, NullTranslations] = field(default_factory=dict)
    organisation: str = "Keel"
    zone: str = "UTC"
    is_loopback: bool | None = None
    has_gallery: bool = False


def current_kit() -> Kit:
    """Return the kit of the running application."""
    return cast("Kit", current_app.extensions["keel_web"])
