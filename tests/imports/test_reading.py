from __future__ import annotations

import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from app.imports import reading
from app.imports.mapping import Column, Encoding, FileFormat, FileShape
from app.imports.reading import FileReader, RawRow
from app.imports.refusals import FileRefused

CSV = FileShape(FileFormat.CSV)
TSV = FileShape(FileFormat.TSV, delimiter="\t", has_header=False, has_quotes=False, cells=2)
LINES = FileShape(FileFormat.JSON_LINES)


def read(
    tmp_path: Path, content: bytes, shape: FileShape = CSV, at: Iterable[int | str] = ("a",)
) -> list[RawRow]:
    path = tmp_path / "file"
    path.write_bytes(content)
    columns = {f"c{place}": Column(f"c{place}", one) for place, one in enumerate(at)}
    return list(FileReader(path, shape, columns).rows())


def refusal(tmp_path: Path, content: bytes, shape: FileShape = CSV, **more: Any) -> str:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, content, shape, **more)
    return str(refused.value.problems[0])


def test_a_table_is_read_by_heading_or_number_and_blank_rows_keep_the_count(tmp_path: Path) -> None:
    rows = read(tmp_path, b'\xef\xbb\xbfB, a \n1,"x\ny"\n,\n3,z\n', at=("A", 1))

    assert [(row.number, row.cells) for row in rows] == [
        (2, {"c0": "x\ny", "c1": "1"}),
        (4, {"c0": "z", "c1": "3"}),
    ]


def test_tab_separated_text_without_heading_keeps_its_quotes(tmp_path: Path) -> None:
    rows = read(tmp_path, b'say "hi"\t1\n"\t2\n', TSV, at=(1, 2))

    assert [row.cells["c0"] for row in rows] == ['say "hi"', '"']


def test_json_lines_give_values_by_name_and_null_where_there_is_none(tmp_path: Path) -> None:
    rows = read(tmp_path, b'{"a": 1, "b": true}\n\n{"b": "x"}\n', LINES, at=("a", "b"))

    assert [(row.number, row.cells) for row in rows] == [
        (1, {"c0": 1, "c1": True}),
        (3, {"c0": None, "c1": "x"}),
    ]


@pytest.mark.parametrize(
    "line", [b"[1]", b"{", b'{"a": NaN}', b'{"a":1,"a":2}', b'{"a":' * 99_999, b'{"a": ' + b"9" * 5000 + b"}"]
)
def test_a_line_that_is_no_plain_json_object_is_a_problem_of_its_row(tmp_path: Path, line: bytes) -> None:
    (_good, bad) = read(tmp_path, b'{"a": 1}\n' + line + b"\n", LINES)

    assert str(bad.problems[0]).startswith("row 2: This is not one JSON object.")


def test_a_nested_value_is_a_problem_of_its_cell(tmp_path: Path) -> None:
    (row,) = read(tmp_path, b'{"a": {"deep": 1}}\n', LINES)

    assert str(row.problems[0]).startswith("row 1, column a: This is a list or an object")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        ("a\nx\n".encode("utf-16"), "The file is UTF-16. Save it as UTF-8."),
        (b"a\nok\n\xe9t\xe9\n", "line 3: This is not utf-8."),
        (b"a\nx\0y\n", "line 2: This holds a NUL character"),
        (b"a,b,A\n1,2,3\n", "These headings stand more than once: A."),
        (b"b\n1\n", "The file does not have these columns: a."),
        (b'a\n"open\nand never closed\n', "cannot be split into cells"),
        (b'a\n"x"y\n', "cannot be split into cells"),
        (b"a\n" + b"x" * 140_000 + b"\n", "cannot be split into cells"),
        (b"a\n" + b"x" * 1_000_001, "a line of more than 1 MB"),
        (b",".join(b"h%d" % one for one in range(1001)), "more than 1000 columns"),
    ],
)
def test_a_hostile_file_is_refused_in_a_clear_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    assert told in refusal(tmp_path, content)


def test_other_encodings_are_read_when_the_mapping_names_them(tmp_path: Path) -> None:
    rows = read(tmp_path, b"a\n\xe9t\xe9 \x80\n", FileShape(FileFormat.CSV, Encoding.WINDOWS_1252))

    assert rows[0].cells == {"c0": "été €"}


def test_a_row_with_other_cells_than_the_heading_is_a_problem_of_its_row(tmp_path: Path) -> None:
    rows = read(tmp_path, b"a,b\n1,2\n1,2,3\n1\n")

    assert [str(row.problems[0]) for row in rows[1:]] == [
        "row 3: It has 3 cells instead of 2. Look for a delimiter within a text.",
        "row 4: It has 1 cells instead of 2. Look for a delimiter within a text.",
    ]


def test_a_huge_cell_is_a_problem_of_its_cell(tmp_path: Path) -> None:
    rows = read(tmp_path, b"a\n" + b"x" * 100_001 + b"\n")

    assert "column a: This is longer than 100000 characters." in str(rows[0].problems[0])


def test_a_file_beyond_the_limits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    assert "more than 2 rows" in refusal(tmp_path, b"a\n1\n2\n3\n")

    monkeypatch.setattr(reading, "MOST_BYTES", 5)
    assert "larger than" in refusal(tmp_path, b"a\n1\n2\n3\n")


def test_memory_stays_flat_however_long_the_file_is(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"a\n" + b"some text of a row\n" * 20_000)
    reader = FileReader(path, CSV, {"a": Column("a", "a")})

    tracemalloc.start()
    count = sum(1 for _row in reader.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 20_000
    assert peak < 200_000
