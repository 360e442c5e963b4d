from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from app.workflow.compile import CompiledDiagram, compile_diagram
from app.workflow.engine import ElementState
from app.workflow.picture import Note, describe, describe_steps, render_standalone_svg, render_svg, strip
from app.workflow.picture.text import readable, width_of, wrapped
from tests.workflow.diagrams import REWORK, bpmn, chain, drawn, end, start, task
from tests.workflow.validation.gates import GOOD

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def picture(document: bytes, **marks: str) -> etree._Element:
    return etree.fromstring(render_svg(document, marks, "A picture"))  # type: ignore[arg-type]


def hostile() -> bytes:
    name = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return drawn(
        bpmn(start(), task("a").replace('name="a"', f'name="{name}"'), end(), chain("begun", "a", "closed"))
    )


def test_a_picture_says_what_it_is() -> None:
    svg = picture(drawn(bpmn(*GOOD)))

    labelled = {svg.get("aria-labelledby"), svg.get("aria-describedby")}
    assert svg.get("role") == "img"
    assert {one.get("id") for one in svg if one.tag in {f"{SVG}title", f"{SVG}desc"}} == labelled


def test_every_node_and_flow_is_in_the_picture() -> None:
    svg = picture(drawn(bpmn(*GOOD)))

    drawn_ids = {one.get("data-element") for one in svg.iter() if one.get("data-element")}
    assert {"begun", "a", "is_good", "closed", "a_to_is_good"} <= drawn_ids


def test_marks_are_classes_and_signs() -> None:
    svg = picture(drawn(bpmn(*GOOD)), begun="done", a="here", is_good="next", nothing="here", closed="wrong")

    classes = {one.get("data-element"): one.get("class", "") for one in svg.iter(f"{SVG}g")}
    assert "dg--done" in classes["begun"]
    assert "dg--here" in classes["a"]
    assert "dg--next" in classes["is_good"]
    assert "dg--" not in classes["closed"]
    assert len(list(svg.iter(f"{SVG}circle"))) > len(list(picture(drawn(bpmn(*GOOD))).iter(f"{SVG}circle")))


def test_a_note_is_written_on_its_element_with_its_heat_and_its_words() -> None:
    notes = {"a": Note("3 times, 1 open", 2, "Half within 4 h"), "nowhere": Note("1")}

    svg = etree.fromstring(render_svg(drawn(bpmn(*GOOD)), {}, "Sample", notes))

    (note,) = [one for one in svg.iter(f"{SVG}g") if one.get("class", "").startswith("dg-note")]
    assert note.get("class") == "dg-note dg-heat-2"
    assert "".join(note.itertext()) == "Half within 4 h3 times, 1 open"


def test_a_picture_has_no_inline_style_and_no_script() -> None:
    svg = picture(drawn(bpmn(*GOOD)), a="here")

    attributes = {name for one in svg.iter() for name in one.attrib}
    assert "style" not in attributes
    assert not any(str(name).startswith("on") for name in attributes)
    assert {etree.QName(one).localname for one in svg.iter()}.isdisjoint(
        {"style", "script", "foreignObject", "a"}
    )


def test_hostile_names_are_text_only() -> None:
    svg = picture(hostile())

    assert HOSTILE in {one.text for one in svg.iter(f"{SVG}title")}
    assert not list(svg.iter(f"{SVG}script"))


def test_a_hostile_title_is_text_only() -> None:
    svg = etree.fromstring(render_svg(drawn(bpmn(*GOOD)), {}, f"{HOSTILE}\x00\u202e"))

    assert svg.findtext(f"{SVG}title") == HOSTILE


def test_bad_coordinates_do_not_spoil_the_picture() -> None:
    document = drawn(bpmn(*GOOD)).replace(b'x="150"', b'x="NaN"', 1).replace(b'y="140"', b'y="1e309"', 1)

    view = picture(document).get("viewBox", "")

    assert "nan" not in view
    assert "inf" not in view


def test_a_diagram_without_a_drawing_gives_an_empty_picture() -> None:
    assert picture(REWORK).get("viewBox") == "0 0 100 100"


def test_a_picture_for_print_brings_its_styles() -> None:
    svg = render_standalone_svg(drawn(bpmn(*GOOD)), {}, "A picture")

    assert ".dg-box" in svg
    assert "var(" not in svg


def test_two_pictures_on_a_page_share_no_ids() -> None:
    one, other = picture(drawn(bpmn(*GOOD))), picture(hostile())

    ids = [{part.get("id") for part in svg.iter() if part.get("id")} for svg in (one, other)]
    assert ids[0].isdisjoint(ids[1])


def test_the_twin_says_where_the_instance_stands() -> None:
    text = describe(bpmn(*GOOD), {"begun": "done", "a": "here"})

    assert text.endswith("In hand: a.")
    assert "begun" not in text  # it has no name, and its id means nothing to people


def test_the_twin_tells_every_way() -> None:
    sentences = describe_steps(bpmn(*GOOD), {"a": "here"})

    assert "a (in hand) leads to Good?." in sentences
    assert "Good? leads to yes: closed; no: a." in sentences
    assert "closed ends here." in sentences


def test_the_exchange_diagrams_can_be_drawn(shared: Path) -> None:
    for path in sorted((shared / "data" / "bpmn-miwg").glob("*.bpmn")):
        svg = picture(path.read_bytes())

        assert len(list(svg.iter(f"{SVG}g"))) > 5, path.name


@pytest.mark.parametrize(
    "text", ["Find the root cause", "Ursachenermittlungsverfahrensanweisung", "原因を調べる" * 6, ""]
)
def test_words_stay_inside_their_box(text: str) -> None:
    rows = wrapped(text, 88, 3)

    assert len(rows) <= 3
    assert all(width_of(row) <= 88 for row in rows)


def test_control_characters_are_left_out() -> None:
    assert readable("a\x00b\u202ec\nd") == "abc d"


def long() -> CompiledDiagram:
    names = [f"t{number}" for number in range(12)]
    body = "".join(task(name) for name in names)
    return compile_diagram(bpmn(start(), body, end(), chain("begun", *names, "closed")))


def state(*, done: int = 0, here: int = 0) -> ElementState:
    return ElementState(done, here)


def test_the_strip_shows_done_here_next_and_the_rest() -> None:
    states = {f"t{number}": state(done=1) for number in range(5)} | {"t5": state(here=1)}

    boxes = strip(long(), states)

    assert [box.name for box in boxes] == [
        "2 more",
        "t2",
        "t3",
        "t4",
        "t5",
        "t6",
        "t7",
        "t8",
        "3 more",
        "closed",
    ]
    assert [box.state for box in boxes][1:6] == ["done", "done", "done", "here", "next"]
    assert [box.name for box in boxes if box.is_near] == ["t4", "t5", "t6"]


def test_the_strip_leaves_out_what_was_not_needed_and_counts_tasks_only() -> None:
    states = {"t0": state(done=1), "t5": state(here=1)}

    boxes = strip(long(), states)

    assert [box.name for box in boxes][:2] == ["t0", "t5"]
    assert [box.name for box in boxes][-2:] == ["1 more", "closed"]


def test_rework_makes_what_lies_ahead_next_again() -> None:
    states = {f"t{number}": state(done=1) for number in range(12)} | {"t1": state(done=1, here=1)}

    boxes = strip(long(), states)

    assert [box.state for box in boxes][:3] == ["done", "here", "next"]


def test_a_finished_instance_stands_at_its_end() -> None:
    states = {name: state(done=1) for name in long().happy_path_ids}

    boxes = strip(long(), states)

    assert (boxes[-1].element_id, boxes[-1].state) == ("closed", "done")


def test_a_short_path_is_shown_whole() -> None:
    compiled = compile_diagram(bpmn(*GOOD))

    boxes = strip(compiled, {"a": state(here=1)})

    assert [(box.element_id, box.kind, box.state) for box in boxes] == [
        ("a", "task", "here"),
        ("is_good", "gateway", "next"),
        ("closed", "end", "next"),
    ]
