"""Files of suites: JSON lines, YAML, and manifests that name several; each record with its lines.

A YAML suite is one list of cases. A manifest is a TOML file with `suites = [...]`: names of the
project's own suites, or paths relative to the manifest.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from evals.problems import Problem

SUITES = Path(__file__).parent / "suites"
SUFFIXES = (".jsonl", ".yaml", ".yml")
MANIFEST = ".toml"

Loc = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Record:
    """One case as it stands in its file; `line_of(("gold", 0))` is the line of a field of it."""

    data: dict[str, Any]
    line: int
    line_of: Callable[[Loc], int]


def find_suite(name: str | Path) -> Path:
    """A path as it is, or the name of one of the project's own suites or manifests (`first`, `core`).

    Raises:
        InputError: neither exists.
    """
    path = Path(name)
    if path.is_file():
        return path
    if path.name == str(name):
        for suffix in (*SUFFIXES, MANIFEST):
            own = SUITES / f"{name}{suffix}"
            if own.is_file():
                return own
    known = "、".join(sorted(p.stem for p in SUITES.iterdir() if p.suffix in (*SUFFIXES, MANIFEST)))
    raise InputError("evals.no_suite", path=path, known=known)


def suite_files(names: Sequence[str | Path]) -> list[Path]:
    """The files of the suites, manifests replaced by what they name; each file once.

    Raises:
        InputError: a suite that does not exist, or a manifest that is none.
    """
    files: list[Path] = []
    for name in names:
        path = find_suite(name)
        files += _manifest(path) if path.suffix == MANIFEST else [path]
    return list(dict.fromkeys(files))


def _manifest(path: Path) -> list[Path]:
    try:
        named = tomllib.loads(path.read_text(encoding="utf-8")).get("suites")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("evalrun.bad_manifest", path=path, reason=error) from error
    if not isinstance(named, list) or not named or not all(isinstance(name, str) for name in named):
        raise InputError("evalrun.bad_manifest", path=path, reason="suites = [...]")
    found = []
    for name in named:
        beside = path.parent / name
        file = beside if beside.is_file() else find_suite(name)
        if file.suffix == MANIFEST:
            raise InputError("evalrun.bad_manifest", path=path, reason=name)
        found.append(file)
    return found


def read_records(path: Path) -> tuple[list[Record], list[Problem]]:
    """The cases of one file, and the lines of it that hold none.

    Raises:
        InputError: no such file, or not UTF-8.
    """
    text = read_text(path)
    return _from_yaml(path, text) if path.suffix in (".yaml", ".yml") else _from_jsonl(path, text)


def read_text(path: Path) -> str:
    """A file of UTF-8.

    Raises:
        InputError: no such file, or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError("evals.no_file", path=path, reason=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise InputError("evals.not_utf8", path=path, at=error.start) from error


def _from_jsonl(path: Path, text: str) -> tuple[list[Record], list[Problem]]:
    records: list[Record] = []
    problems: list[Problem] = []
    # not splitlines(): a JSON string may hold U+2028 and the like
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        twice: list[str] = []

        def pairs(found: list[tuple[str, Any]], twice: list[str] = twice) -> dict[str, Any]:
            twice += _repeated([name for name, _ in found])
            return dict(found)

        try:
            data = json.loads(line, object_pairs_hook=pairs)
        except json.JSONDecodeError as error:
            problems.append(Problem(path, number, "evals.bad_json", {"reason": error.msg}))
            continue
        except RecursionError:
            problems.append(Problem(path, number, "evals.bad_json", {"reason": "nested too deeply"}))
            continue
        problems += [Problem(path, number, "evalrun.field_twice", {"field": name}) for name in twice]
        if isinstance(data, dict):
            records.append(Record(data, number, lambda loc, number=number: number))  # type: ignore[misc]
        else:
            problems.append(Problem(path, number, "evals.not_object"))
    return records, problems


def _from_yaml(path: Path, text: str) -> tuple[list[Record], list[Problem]]:
    import yaml

    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return [], []
        if not isinstance(root, yaml.SequenceNode):
            return [], [Problem(path, root.start_mark.line + 1, "evalrun.not_a_list")]
        records: list[Record] = []
        problems: list[Problem] = []
        for node in root.value:
            line = node.start_mark.line + 1
            if not isinstance(node, yaml.MappingNode):
                problems.append(Problem(path, line, "evalrun.not_a_mapping"))
                continue
            names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            problems += [
                Problem(path, _node_line(node, [name]), "evalrun.field_twice", {"field": name})
                for name in _repeated(names)
            ]
            data = loader.construct_document(node)
            records.append(Record(data, line, lambda loc, node=node: _node_line(node, loc)))  # type: ignore[misc]
        return records, problems
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a day that does not exist
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        return [], [Problem(path, mark.line + 1 if mark else 0, "evalrun.bad_yaml", {"reason": reason})]
    finally:
        loader.dispose()


def _node_line(node: Any, loc: Loc) -> int:
    """The line of the innermost part of `loc` that stands in the file."""
    import yaml

    line: int = node.start_mark.line + 1
    for part in loc:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == part), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _repeated(names: Sequence[Hashable]) -> list[str]:
    return [str(name) for name in dict.fromkeys(names) if names.count(name) > 1]


__all__ = ["SUITES", "Record", "find_suite", "read_records", "read_text", "suite_files"]
