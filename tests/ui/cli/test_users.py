"""`zhixun user` in a process of its own, and the account that it makes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from corpus.catalog import Catalog
from corpus.settings import CorpusSettings
from ui.accounts import Accounts, Session

PASSWORD = "一句 good long password"


def zhixun(home: Path, *argv: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    code = "import sys; from ui.cli.main import main; main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", code, "user", *argv],
        env=os.environ | {"ZHIXUN_HOME": str(home), "ZHIXUN_LANG": "zh"},
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_from_making_an_account_to_removing_it(tmp_path: Path) -> None:
    made = zhixun(tmp_path, "add", "王芳", "--role", "official", "--password-stdin", "--json", typed=PASSWORD)
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["role"] == "official"
    assert PASSWORD not in made.stdout + made.stderr

    catalog = Catalog.open(CorpusSettings(home=tmp_path, database_url=None))
    accounts = Accounts(catalog.engine)
    assert isinstance(accounts.sign_in("王芳", PASSWORD, "b", "a"), Session)
    assert zhixun(tmp_path, "role", "王芳", "--role", "staff").stdout.startswith("账号 王芳 的角色改为 staff")
    changed = zhixun(tmp_path, "password", "王芳", "--password-stdin", typed="another good password\n")
    assert changed.returncode == 0, changed.stderr
    assert accounts.sign_in("王芳", PASSWORD, "b", "a") is None
    assert json.loads(zhixun(tmp_path, "list", "--json").stdout)["role"] == "staff"
    assert "王芳" in zhixun(tmp_path, "list").stdout
    assert zhixun(tmp_path, "remove", "王芳").returncode == 0
    assert zhixun(tmp_path, "list", "--json").stdout == ""
    catalog.close()


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    for argv, typed, named in (
        (["add", "li", "--role", "staff", "--password-stdin"], "short\n", "至少 10 个字符"),
        (["add", "li", "--role", "staff"], "", "--password-stdin"),
        (["add", "li", "--role", "boss", "--password-stdin"], PASSWORD, "boss"),
        (["add", "li", "--password-stdin"], PASSWORD, "--role"),
        (["remove", "nobody"], "", "nobody"),
    ):
        done = zhixun(tmp_path, *argv, typed=typed)
        assert done.returncode == 2 and named in done.stderr and "Traceback" not in done.stderr, argv
