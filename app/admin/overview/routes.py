"""The first page of administration: one tile for each thing an admin can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from flask import Blueprint, current_app, render_template

from app.admin.navigation import AdminPage, own_pages
from app.web.guards import may, permission

blueprint = Blueprint("admin", __name__, url_prefix="/admin", template_folder="../templates")
EXTENSION = "keel_admin_pages"  # a function that returns the pages other packages add


@blueprint.get("")
@permission("admin.read")
def page() -> str:
    """Show what can be administered."""
    others = cast("Callable[[], Sequence[AdminPage]]", current_app.extensions.get(EXTENSION, tuple))
    pages = [
        one
        for one in (*own_pages(), *others())
        if may(one.permission) and one.endpoint in current_app.view_functions
    ]
    return render_template("admin/overview.html", pages=pages)
