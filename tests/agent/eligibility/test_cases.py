"""Written cases: what a firm says, and the verdict that the documents of the samples give."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.eligibility import check_eligibility, profile_from
from agent.programs import load_programs

DAY = date(2026, 11, 23)
CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text("utf-8"))
PROGRAMMES = load_programs().programmes


@pytest.mark.parametrize("case", CASES, ids=[f"{at}-{case['p']}" for at, case in enumerate(CASES)])
def test_case(case: dict[str, Any]) -> None:
    said = case["say"] if isinstance(case["say"], list) else [case["say"]]
    judgement = check_eligibility(PROGRAMMES[case["p"]], profile_from(said, DAY), DAY)
    words = {True: "met", False: "not_met", None: "unknown"}
    found = {key: judgement.of(key).verdict for key in case["want"]}
    assert found == {key: words[value] for key, value in case["want"].items()}
