"""Reads programme files: the ones of the package, then those of `ZHIXUN_HOME/programs`.

A file of the home with the id of one in the package takes its place, so that staff can correct a
programme without touching the installation. A file that cannot be used is a `Fault`, never skipped
in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.programs.model import Programme
from corpus.messages import msg
from corpus.settings import CorpusSettings

CARDS = Path(__file__).parent / "cards"
_TYPES = {"missing": "missing", "extra_forbidden": "unknown_field"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file, with the line (from 1) where it stands."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Located:
    """A programme with its file, and the lines of its parts."""

    programme: Programme
    path: Path
    node: Any

    def line(self, *loc: str | int) -> int:
        """The line of the part at `loc`, or of the nearest part around it."""
        return _line(self.node, loc)

    def line_of(self, said: str) -> int:
        """The first line whose value is `said`; 1 where none is."""
        return _find(self.node, said) or 1


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read: programmes by id in the order of the files, and the faults."""

    located: dict[str, Located]
    faults: tuple[Fault, ...]

    @property
    def programmes(self) -> dict[str, Programme]:
        return {key: located.programme for key, located in self.located.items()}


def folders() -> list[Path]:
    """Where programmes are read from, the package's own first."""
    own = CorpusSettings().home / "programs"
    return [CARDS, *([own] if own.is_dir() else [])]


def load_programs(paths: Sequence[Path] | None = None) -> Loaded:
    """Every programme of the folders (or files) given; without any, those of `folders()`.

    Raises nothing for a bad file: see `Loaded.faults`.
    """
    found: dict[str, Located] = {}
    faults: list[Fault] = []
    for folder in paths if paths is not None else folders():
        seen: dict[str, Path] = {}
        files = sorted(folder.glob("*.y*ml")) if folder.is_dir() else [folder]
        for path in files:
            read = _read(path)
            if not isinstance(read, Located):
                faults += read
                continue
            key = read.programme.id
            if key in seen:
                other = seen[key].name
                faults.append(Fault(path, read.line("id"), msg("programs.twice", id=key, other=other)))
            seen[key] = path
            found[key] = read
    return Loaded(found, tuple(faults))


def _read(path: Path) -> Located | list[Fault]:
    import yaml
    from pydantic import ValidationError

    try:
        text = path.read_text("utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        return [Fault(path, 1, msg("programs.unreadable", reason=error))]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or error
        return [Fault(path, mark.line + 1 if mark else 1, msg("programs.not_yaml", reason=problem))]
    if not isinstance(data, dict):
        return [Fault(path, 1, msg("programs.not_mapping"))]
    try:
        return Located(Programme.model_validate(data), path, node)
    except ValidationError as error:
        return list(_faults(path, node, error.errors()))


def _faults(path: Path, node: Any, errors: Iterable[Any]) -> Iterable[Fault]:
    for error in errors:
        loc = tuple(part for part in error["loc"] if part not in ("float", "str", "bool", "date"))
        name = ".".join(str(part) for part in loc) or "—"
        reason = str(error.get("ctx", {}).get("error", ""))
        own = reason if reason in ("one_kind", "op_and_value", "no_main") else None
        key = own or _TYPES.get(error["type"], "bad_value")
        text = msg(f"programs.{key}", field=name, value=repr(error["input"])[:60])
        yield Fault(path, _line(node, loc), text)


def _line(node: Any, loc: Sequence[str | int]) -> int:
    import yaml

    line = int(node.start_mark.line) + 1
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == part), None)
            if pair is None:
                return line
            line, node = int(pair[0].start_mark.line) + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = int(node.start_mark.line) + 1
    return line


def _find(node: Any, said: str) -> int | None:
    import yaml

    if isinstance(node, yaml.ScalarNode):
        return int(node.start_mark.line) + 1 if node.value == said else None
    parts: list[Any] = []
    if isinstance(node, yaml.MappingNode):
        parts = [value for _, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        parts = list(node.value)
    return next((line for part in parts if (line := _find(part, said)) is not None), None)
