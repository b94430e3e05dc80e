"""The check of the documents finds what it is there to find."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_check", ROOT / "docs" / "check.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(check: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project that the check looks at instead of ours."""
    for folder in ("docs", "corpus/messages", "index", "agent", "ui", "evals"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "Makefile").write_text("run:\n", "utf-8")
    for page in ("README.md", "CONTRIBUTING.md"):
        (tmp_path / page).write_text("", "utf-8")
    monkeypatch.setattr(check, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ('```bash\nzhixun ask "问" --as-of 2026-01-01\nmake run\n```\n`zhixun eval run first`', None),
        ("```\nzhixun aks x\n```", "no such command"),
        ("`zhixun ask --asof 2026-01-01`", "no such option: --asof"),
        ("```\nZHIXUN_LANG=en .venv/bin/zhixun docs --all\n```", "no such option: --all"),
        ("```\nmake dance\n```", "no such target"),
        ("`zhixun eval walk`", "no such command"),
    ],
)
def test_commands_in_documents(check: ModuleType, project: Path, page: str, fault: str | None) -> None:
    (project / "README.md").write_text(page, "utf-8")
    faults = list(check.check_commands(check.command_tree()))
    assert len(faults) == (fault is not None)
    assert fault is None or fault in faults[0]


def test_the_direction_of_imports(check: ModuleType, project: Path) -> None:
    (project / "corpus" / "a.py").write_text("def f() -> None:\n    from index import Library\n", "utf-8")
    (project / "ui" / "b.py").write_text("import agent.graph\n", "utf-8")
    (fault,) = check.check_imports()
    assert "corpus/a.py:2" in fault and "index" in fault


def test_messages_in_both_languages(check: ModuleType, project: Path) -> None:
    toml = '[a]\nzh = "{x}"\nen = "{y}"\n[b]\nzh = "x"\n[c]\nzh = "{x}"\nen = "{x}!"\n'
    (project / "corpus" / "messages" / "room.toml").write_text(toml, "utf-8")
    (project / "ui" / "b.py").write_text('msg("room.c", x=1)\nInputError("room.d")\n', "utf-8")
    faults = list(check.check_messages())
    assert [name for name in ("room.a", "room.b", "room.d") if any(name in fault for fault in faults)] == [
        "room.a",
        "room.b",
        "room.d",
    ]
    assert not any("room.c" in fault for fault in faults)


def test_the_cli_page_is_compared(check: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = project / "docs" / "cli.md"
    monkeypatch.setattr(check, "CLI_PAGE", page)
    tree = check.command_tree()
    assert list(check.check_cli_page(tree))
    page.write_text(check.cli_page(tree), "utf-8")
    assert not list(check.check_cli_page(tree))
