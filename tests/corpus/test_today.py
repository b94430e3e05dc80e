"""The day that everything is judged by comes from one place."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from corpus.catalog import today

ROOT = Path(__file__).resolve().parents[2]


def test_today_can_be_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHIXUN_TODAY", raising=False)
    assert today() == date.today()
    monkeypatch.setenv("ZHIXUN_TODAY", "2024-02-29")
    assert today() == date(2024, 2, 29)
    monkeypatch.setenv("ZHIXUN_TODAY", "2024-02-30")
    with pytest.raises(ValidationError):
        today()


def test_nobody_else_asks_the_clock_for_the_day() -> None:
    rooms = ("corpus", "index", "agent", "ui", "evals")
    asking = [
        path.relative_to(ROOT).as_posix()
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"\bdate\.today\(\)|datetime\.now\([^)]*\)\.date\(\)", path.read_text("utf-8"))
    ]
    assert asking == ["corpus/catalog.py"]
