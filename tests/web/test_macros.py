from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from flask import Flask, g, render_template_string
from flask.testing import FlaskClient

from app.web import gallery_fields, gallery_samples
from app.web.fields import FieldView
from tests.web.small_app import HOSTILE, Reader

PAGES = ("", "/fields", "/register", "/task", "/record", "/door")
KEPT = {"kind", "state", "band", "key", "subtype", "direction", "verdict"}
SAMPLES = {
    "k.record_status(stages, facts)": ("stages", "facts"),
    "k.strip(steps)": ("steps",),
    "k.why(reasons)": ("reasons",),
    "k.links(linked)": ("linked",),
    "k.open_points(open_points)": ("open_points",),
    "k.timeline(deeds)": ("deeds",),
    "k.counts(counts, 'x')": ("counts",),
    "k.filters(filters)": ("filters",),
    "k.tabs(tabs, 'x')": ("tabs",),
    "k.matrix(matrix)": ("matrix",),
    "k.heat(heat)": ("heat",),
}


def hostile(value: Any) -> Any:
    """The same value with every text a person could have typed turned into an attack."""
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, tuple):
        return tuple(hostile(one) for one in value)
    if isinstance(value, list):
        return [hostile(one) for one in value]
    if isinstance(value, dict):
        return {key: one if key in KEPT else hostile(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            one.name: hostile(getattr(value, one.name)) for one in fields(value) if one.name not in KEPT
        }
        return replace(value, **changed)
    return value


def draw(app: Flask, call: str, **values: Any) -> str:
    with app.test_request_context("/components"):
        g.actor = Reader()
        return render_template_string("{% import 'web/kit.html' as k %}{{ " + call + " }}", **values)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_inline_script_style_or_handlers(visitor: FlaskClient, page: str) -> None:
    text = visitor.get(f"/components{page}").text

    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("page", PAGES)
def test_every_id_is_unique_and_every_reference_has_its_target(visitor: FlaskClient, page: str) -> None:
    text = visitor.get(f"/components{page}").text
    without_templates = re.sub(r"<template>.*?</template>", "", text, flags=re.DOTALL)
    ids = re.findall(r'\sid="([^"]+)"', without_templates)
    pattern = r'\s(?:for|aria-describedby|aria-labelledby|list)="([^"]+)"'
    wanted = {one for value in re.findall(pattern, without_templates) for one in value.split()}

    assert len(ids) == len(set(ids))
    assert wanted <= set(ids)


@pytest.mark.parametrize("call", SAMPLES)
def test_macros_escape_what_people_typed(small: Flask, call: str) -> None:
    values = {name: hostile(getattr(gallery_samples, name)()) for name in SAMPLES[call]}

    drawn = draw(small, call, **values)

    assert "<script" not in drawn
    assert "alert(" in drawn


@pytest.mark.parametrize("is_readonly", [False, True])
@pytest.mark.parametrize(
    "kind", sorted({one.kind for one in (*gallery_fields.plain(), *gallery_fields.own())})
)
def test_fields_escape_what_people_typed(small: Flask, kind: str, *, is_readonly: bool) -> None:
    plain = next(one for one in (*gallery_fields.plain(), *gallery_fields.own()) if one.kind == kind)
    view = replace(hostile(plain), is_readonly=is_readonly, limits={}, errors=(HOSTILE,))

    assert "<script" not in draw(small, "k.field(view)", view=view)


def test_an_error_is_tied_to_its_field_and_the_summary_links_to_it(small: Flask) -> None:
    view = FieldView("place.hall", "textfield", "Hall", help="See the door.", errors=("Say which.",))
    problem = {"where": "place.hall", "sentence": "Say which.", "mend": ""}

    field = draw(small, "k.field(view)", view=view)
    summary = draw(small, "k.refuse('One answer is missing.', problems=[problem])", problem=problem)

    assert (
        'id="f-place-hall" name="place.hall" aria-describedby="f-place-hall-error f-place-hall-help"' in field
    )
    assert 'href="#f-place-hall"' in summary


def test_rich_text_loses_what_could_act(small: Flask) -> None:
    view = FieldView(
        "t", "html", value="<p onclick='x()'>Read <a href='javascript:x()'>it</a><img src=x></p>"
    )

    assert draw(small, "k.field(view)", view=view).count("<p>") == 1
    assert not re.search("onclick|javascript|img", draw(small, "k.field(view)", view=view))


def test_dates_of_answers_are_read_in_words(small: Flask) -> None:
    view = FieldView("on", "datetime", "Found on", "2026-03-16", is_readonly=True)

    assert "16 Mar 2026" in draw(small, "k.field(view)", view=view)


def test_rows_are_added_without_script_and_keep_what_was_typed(visitor: FlaskClient) -> None:
    token = visitor.get("/home/").text
    typed = {
        "csrf_token": token,
        "actions.0.title": "Dress the plate",
        "_rows": "add:actions",
        "root_cause": "Wear",
    }

    text = visitor.post("/components/task", data=typed).text

    assert 'name="actions.1.title"' in text
    assert 'value="Dress the plate"' in text
    assert "Wear</textarea>" in text
