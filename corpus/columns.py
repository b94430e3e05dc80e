"""`columns.yaml`: how the columns of tables are called, field by field; checked, staff-editable.

The file beside this module is the house's; `ZHIXUN_HOME/columns.yaml` is laid over it and adds names.
`faults()` is the linter: each fault says file, line and field. A file with faults is never half used.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.messages import msg
from corpus.registry_model import KINDS, SCOPES, STAGES, Scope

BUILT_IN = Path(__file__).parent / "columns.yaml"
FILE_NAME = "columns.yaml"
FIELD_KINDS = ("text", "region", "kind", "stage", "money", "date")
_FIELDS = {
    "projects": {
        **{"name": "text", "owner": "text", "region": "region", "county": "text", "chain": "text"},
        **{
            "category": "text",
            "kind": "kind",
            "stage": "stage",
            "investment_planned": "money",
            "investment_done": "money",
        },
        **{"investment_year_plan": "money", "investment_year_done": "money", "investment_month": "money"},
        **{"start": "date", "end": "date", "report_date": "date", "ignored": "text"},
    },
    "indicators": {
        **{"name": "text", "region": "region", "group": "text", "period": "date", "scope": "text"},
        **{"unit": "text", "note": "text", "ignored": "text"},
    },
}
_WORDS = {"stages": STAGES, "kinds": KINDS, "scopes": SCOPES}
_LISTS = ("yoy", "reports")
_UNITS = ("元", "千元", "万元", "百万元", "亿元", "万美元", "亿美元")
_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")


def column_key(text: str) -> str:
    """A column name as it is compared: half width, without spaces, brackets and their contents."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    return _BRACKETS.sub("", plain).strip(":：*#、,，.。·-—")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a columns file, and where."""

    path: Path
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return msg("registry.fault", path=self.path, line=self.line, field=self.field, message=self.message)


class ColumnsError(InputError):
    """A columns file cannot be used; `faults` has everything that is wrong with it."""

    def __init__(self, found: list[Fault]) -> None:
        self.faults = found
        super().__init__("registry.bad_columns", faults="\n".join(str(fault) for fault in found))


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The mapping as it is used: keys (`column_key`) to fields, words to what they mean."""

    projects: dict[str, str] = field(default_factory=dict)
    indicators: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)  # field -> unit where a table states none
    stages: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    yoy: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    fingerprint: str = ""


def load(home: Path | None = None) -> ColumnMap:
    """The house's mapping, with `home`'s own laid over it where it has one.

    Raises:
        ColumnsError: a file has faults.
    """
    own = home / FILE_NAME if home else None
    paths = [BUILT_IN, own] if own and own.is_file() else [BUILT_IN]
    stamps = tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths)
    return _loaded(stamps)


@lru_cache(maxsize=8)
def _loaded(stamps: tuple[tuple[Path, int, int], ...]) -> ColumnMap:
    reader = _Reader()
    for path, _, _ in stamps:
        reader.read(path)
    if reader.faults:
        raise ColumnsError(reader.faults)
    return reader.result()


def faults(path: Path) -> list[Fault]:
    """Everything that is wrong with a columns file, laid over the house's; [] for a good one."""
    reader = _Reader()
    reader.read(BUILT_IN)
    if path.resolve() != BUILT_IN.resolve():
        reader.read(path)
    return reader.faults


class _Reader:
    """Reads files one over the other; collects faults and goes on, so that all are reported at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._path = BUILT_IN
        self._names: dict[str, dict[str, str]] = {section: {} for section in (*_FIELDS, *_WORDS)}
        self._units: dict[str, str] = {}
        self._lists: dict[str, list[str]] = {name: [] for name in _LISTS}
        self._bytes = b""

    def read(self, path: Path) -> None:
        import yaml

        self._path = path
        try:
            content = path.read_bytes()
            root = yaml.compose(content.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        except OSError as error:
            self._fault(0, "", "unreadable", reason=error.strerror or error)
            return
        except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or str(error)
            self._fault(mark.line + 1 if mark else 0, "", "not_yaml", reason=reason)
            return
        self._bytes += content
        for name, node in self._pairs(root, ""):
            if name in _FIELDS:
                self._fields(name, node)
            elif name in _WORDS:
                for word, names in self._pairs(node, name):
                    if self._known(names, f"{name}.{word}", word, _WORDS[name]):
                        self._add(name, word, names, f"{name}.{word}")
                        self._names[name].setdefault(column_key(word), word)
            elif name in _LISTS:
                self._lists[name] += [text for text, _ in self._texts(node, name)]
            else:
                self._known(node, name, name, (*_FIELDS, *_WORDS, *_LISTS))

    def result(self) -> ColumnMap:
        scopes: dict[str, Scope] = {
            word: scope for word, name in self._names["scopes"].items() for scope in SCOPES if scope == name
        }
        return ColumnMap(
            projects=self._names["projects"],
            indicators=self._names["indicators"],
            units=self._units,
            stages=self._names["stages"],
            kinds=self._names["kinds"],
            scopes=scopes,
            yoy=tuple(sorted({column_key(w) for w in self._lists["yoy"]}, key=lambda w: (-len(w), w))),
            reports=tuple(dict.fromkeys(self._lists["reports"])),
            fingerprint=hashlib.sha256(self._bytes).hexdigest()[:16],
        )

    def _fields(self, section: str, node: Any) -> None:
        for name, settings in self._pairs(node, section):
            where = f"{section}.{name}"
            if not self._known(settings, where, name, tuple(_FIELDS[section])):
                continue
            for key, value in self._pairs(settings, where):
                if key == "names":
                    self._add(section, name, value, f"{where}.names")
                elif key == "unit":
                    if self._known(value, f"{where}.unit", str(value.value), _UNITS):
                        self._units[name] = value.value
                elif key == "kind":
                    wanted = _FIELDS[section][name]
                    if value.value != wanted:
                        self._fault(_line(value), f"{where}.kind", "wrong_kind", wanted=wanted)
                else:
                    self._known(value, f"{where}.{key}", key, ("names", "unit", "kind"))

    def _add(self, section: str, name: str, node: Any, where: str) -> None:
        for text, item in self._texts(node, where):
            key = column_key(text)
            other = self._names[section].get(key)
            if not key:
                self._fault(_line(item), where, "empty_name")
            elif other is not None and other != name:
                self._fault(_line(item), where, "name_twice", name=text, other=other)
            else:
                self._names[section][key] = name

    def _pairs(self, node: Any, where: str) -> Iterator[tuple[str, Any]]:
        if node is None or (node.id == "scalar" and node.tag.endswith(":null")):
            return  # an empty file or section adds nothing
        if node.id != "mapping":
            self._fault(_line(node), where, "not_mapping")
            return
        for key, value in node.value:
            yield str(key.value), value

    def _texts(self, node: Any, where: str) -> Iterator[tuple[str, Any]]:
        if node.id != "sequence":
            self._fault(_line(node), where, "not_list")
            return
        for item in node.value:
            if item.id == "scalar" and str(item.value).strip():
                yield str(item.value), item
            else:
                self._fault(_line(item), where, "empty_name")

    def _known(self, node: Any, where: str, value: str, known: tuple[str, ...]) -> bool:
        if value not in known:
            self._fault(_line(node), where, "unknown_word", value=value, known="、".join(known))
        return value in known

    def _fault(self, line: int, where: str, key: str, **params: Any) -> None:
        self.faults.append(Fault(self._path, line, where or "—", msg(f"registry.{key}", **params)))


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
