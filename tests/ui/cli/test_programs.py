"""`zhixun programs` on a library that holds none of the documents, and on a wrong card."""

from __future__ import annotations

from pathlib import Path

from tests.ui.cli.conftest import Run


def test_list_show_and_lint(zhixun: Run, tmp_path: Path) -> None:
    listed = zhixun("programs", "list", "--json").lines
    assert len(listed) >= 16 and {line["validity"] for line in listed} == {"unknown"}
    assert "专精特新中小企业" in {line["name"] for line in listed}
    (shown,) = zhixun("programs", "show", "zjtx-2026", "--json").lines
    assert any("不低于80%" in one["said"] and one["clause"] for one in shown["conditions"])
    assert all(one["quote"] is None for one in shown["conditions"])  # the library does not hold it
    unknown = zhixun("programs", "show", "nope")
    assert unknown.code == 2 and "zjtx-2026" in unknown.err
    assert zhixun("programs", "lint").code == 0
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: x\n", "utf-8")
    wrong = zhixun("programs", "lint", str(bad))
    assert wrong.code == 1 and "bad.yaml:1" in wrong.out
