"""Reading a batch: each bad line is a reason in its place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InputError
from corpus.model import Role
from ui.cli.batch import Line, read_batch


def read(path: Path, data: str | bytes, limit: int = 100) -> list[Line]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return list(read_batch(str(path), "question", limit=limit, as_of=date(2026, 1, 1), role=Role.OFFICIAL))


def test_a_line_overrides_the_options(tmp_path: Path) -> None:
    given = {
        "id": "a",
        "question": " 问 ",
        "as_of": "2024-05-06",
        "role": "staff",
        "history": [["user", "前"]],
    }
    lines = read(tmp_path / "b", json.dumps(given) + "\n\n" + '{"question": "二"}')
    assert lines[0] == Line("a", "问", date(2024, 5, 6), Role.STAFF, (("user", "前"),))
    assert lines[1] == Line(3, "二", date(2026, 1, 1), Role.OFFICIAL)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("{", "cli.line_not_json"),
        ('["question"]', "cli.line_not_json"),
        ("[" * 100_000, "cli.line_not_json"),
        ("{}", "cli.line_missing"),
        ('{"question": 5}', "cli.line_missing"),
        ('{"question": ""}', "cli.empty_question"),
        ('{"question": "\\u0000 \\u200b"}', "cli.empty_question"),
        (json.dumps({"question": "问" * 101}), "cli.long_question"),
        ('{"question": "问", "as_of": "2026-02-30"}', "cli.bad_date"),
        ('{"question": "问", "as_of": 2026}', "cli.bad_date"),
        ('{"question": "问", "role": "root"}', "cli.bad_choice"),
        ('{"question": "问", "role": ["staff"]}', "cli.bad_choice"),
        ('{"question": "问", "history": "前"}', "cli.line_bad_history"),
        ('{"question": "问", "history": [["system", "前"]]}', "cli.line_bad_history"),
        ('{"question": "问", "history": [["user"]]}', "cli.line_bad_history"),
        ('{"question": "问", "history": [[["user"], "前"]]}', "cli.line_bad_history"),
    ],
)
def test_a_bad_line_keeps_its_place(tmp_path: Path, line: str, key: str) -> None:
    before, bad, after = read(tmp_path / "b", f'{{"question": "一"}}\n{line}\n{{"question": "三"}}\n')
    assert (before.text, before.error, after.text, after.error) == ("一", None, "三", None)
    assert bad.error is not None and bad.error.key == key


def test_lone_surrogates_become_harmless(tmp_path: Path) -> None:
    (line,) = read(tmp_path / "b", '{"question": "贴息\\ud800办法"}')
    assert line.text == "贴息?办法"


def test_a_line_separator_inside_a_string_does_not_split_the_line(tmp_path: Path) -> None:
    (line,) = read(tmp_path / "b", '{"question": "一\u2028二"}')
    assert line.error is None


@pytest.mark.parametrize("data", ["贴息".encode("gbk"), b"\xff\xfe\x00"])
def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path / "b", data)
    assert caught.value.key == "cli.batch_encoding"


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    (line,) = read(tmp_path / "b", '\ufeff{"question": "一"}')
    assert line.text == "一"


def test_a_folder_is_no_batch(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        list(read_batch(str(tmp_path), "question", limit=9, as_of=None, role=Role.VISITOR))
    assert caught.value.key == "cli.no_batch_file"


def test_any_json_value_is_a_line(tmp_path: Path) -> None:
    values: list[Any] = [None, True, 1.5, "x", []]
    lines = read(tmp_path / "b", "\n".join(json.dumps(value) for value in values))
    assert [line.error.key for line in lines if line.error] == ["cli.line_not_json"] * len(values)
