"""`zhixun doctor`: what is installed, what state there is, and what to do about what is wrong."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import click

from corpus.errors import InputError, StateError, ZhixunError
from corpus.messages import msg
from corpus.settings import CorpusSettings
from ui.cli import output
from ui.cli.boundary import environment_message
from ui.cli.groups import command
from ui.cli.library import open_catalog
from ui.cli.params import json_option

_GIGABYTE = 1 << 30
_LOW, _TOO_LOW = 2.0, 0.2  # free gigabytes


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; `detail` says what is wrong and what to do. Only `fail` makes doctor exit 1."""

    check: str
    status: Literal["ok", "warn", "fail"]
    detail: str


@command("doctor", "help_doctor")
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    found: list[Check] = []
    if as_json:
        with output.json_lines() as emit:
            for check in run_checks():
                found.append(check)
                emit(asdict(check))
    else:
        found = list(run_checks())
        columns = [msg(f"cli.col_{name}") for name in ("check", "status", "detail")]
        rows = [(msg(f"cli.doctor_{c.check}"), msg(f"cli.doctor_{c.status}"), c.detail) for c in found]
        output.print_table(columns, rows)
    ctx.exit(1 if any(check.status == "fail" for check in found) else 0)


def run_checks() -> Iterator[Check]:
    """Every check in turn; a check that meets a known error reports its message as a failure."""
    home = CorpusSettings().home
    checks: dict[str, Callable[[], Check]] = {
        "python": _python,
        "packages": _packages,
        "home": lambda: _home(home),
        "disk": lambda: _disk(home),
        "catalog": _catalog,
        "model": lambda: _model(home),
        "indexes": lambda: _indexes(home),
        "llm": _llm,
    }
    for name, check in checks.items():
        try:
            yield check()
        except ZhixunError as error:
            yield Check(name, "fail", error.message())
        except Exception as error:
            text = environment_message(error)
            if text is None:
                raise  # a fault of ours, not of the machine
            yield Check(name, "fail", text)


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("python", "ok", version)


def _packages() -> Check:
    from importlib import metadata

    from packaging.requirements import Requirement

    try:
        wanted = [Requirement(line) for line in metadata.requires("zhixun") or []]
    except metadata.PackageNotFoundError:
        return Check("packages", "fail", msg("cli.doctor_packages_unknown"))
    wanted = [item for item in wanted if item.marker is None or item.marker.evaluate({"extra": ""})]
    bad = []
    for item in wanted:
        try:
            version = metadata.version(item.name)
        except metadata.PackageNotFoundError:
            bad.append(str(item))
        else:
            if not item.specifier.contains(version, prereleases=True):
                bad.append(f"{item} ({version})")
    if bad:
        return Check("packages", "fail", msg("cli.doctor_packages_bad", names=", ".join(bad)))
    return Check("packages", "ok", msg("cli.doctor_packages_ok", count=len(wanted)))


def _home(home: Path) -> Check:
    if not home.parent.is_dir():
        raise StateError("index.no_home_parent", home=home, parent=home.parent)
    try:
        home.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"x" * 4096)
    except OSError as error:
        return Check("home", "fail", msg("cli.doctor_not_writable", path=home, reason=error.strerror))
    return Check("home", "ok", msg("cli.doctor_writable", path=home))


def _disk(home: Path) -> Check:
    folder = next((path for path in (home, *home.parents) if path.is_dir()), Path("/"))
    free = shutil.disk_usage(folder).free / _GIGABYTE
    if free < _LOW:
        status: Literal["warn", "fail"] = "fail" if free < _TOO_LOW else "warn"
        return Check("disk", status, msg("cli.doctor_disk_low", free=f"{free:.1f}"))
    return Check("disk", "ok", msg("cli.doctor_disk_free", free=f"{free:.1f}"))


def _catalog() -> Check:
    catalog = open_catalog()
    try:
        records = catalog.snapshot().records
        unfinished = len(catalog.unfinished())
    finally:
        catalog.close()
    if unfinished:
        text = msg("cli.doctor_catalog_unfinished", documents=len(records), unfinished=unfinished)
        return Check("catalog", "warn", text)
    clauses = sum(record.unit_count for record in records.values())
    return Check("catalog", "ok", msg("cli.doctor_catalog_counts", documents=len(records), clauses=clauses))


def _model(home: Path) -> Check:
    from index.health import model_state, precision_here

    model = model_state(home)
    texts = {
        "own": msg("cli.doctor_model_own", name=model.name),
        "waiting": msg("cli.doctor_model_waiting", name=model.name),
        "damaged": msg("cli.doctor_model_damaged", path=model.folder),
        "ready": msg("cli.doctor_model_ready", name=model.name),
    }
    status: dict[str, Literal["warn", "fail"]] = {"waiting": "warn", "damaged": "fail"}
    text = texts[model.state]
    if model.state == "ready" and (precision := precision_here(home)) is not None:
        text = msg(f"index.precision_{precision}", model=text)
    return Check("model", status.get(model.state, "ok"), text)


def _indexes(home: Path) -> Check:
    from index.health import IndexCounts, index_counts, model_state
    from index.recovery import is_newer

    catalog = open_catalog()
    try:
        empty = not catalog.snapshot().records
        if not empty and model_state(home).state == "waiting":
            return Check("indexes", "warn", msg("cli.doctor_indexes_waiting"))
        counts = IndexCounts(0, 0, 0) if empty else index_counts(home, catalog)
        newer = is_newer(home, catalog)
    finally:
        catalog.close()
    if newer:
        return Check("indexes", "warn", msg("vectors.newer_than_catalog"))
    key = "agree" if counts.agree else "differ"
    text = msg(f"cli.doctor_indexes_{key}", vectors=counts.vectors, postings=counts.postings)
    return Check("indexes", "ok" if counts.agree else "fail", text)


def _llm() -> Check:
    from agent.llm.client import ChatServer
    from agent.llm.mode import mode_of
    from agent.llm.writer_settings import WriterSettings

    settings = WriterSettings()
    if not settings.base_url:
        return Check("llm", "ok", msg("cli.doctor_llm_none"))
    import httpx

    try:
        httpx.get(f"{settings.base_url.rstrip('/')}/models", timeout=5, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        return Check("llm", "warn", msg("cli.doctor_llm_unreachable", host=settings.host, reason=reason))
    try:
        server = ChatServer(settings)
    except InputError as error:  # no model is named, or the address carries a secret
        return Check("llm", "warn", str(error))
    try:
        mode = mode_of(server)
    finally:
        server.close()
    text = msg(f"cli.doctor_llm_{mode.name}", host=settings.host, model=server.model, reason=mode.reason)
    return Check("llm", "ok", text)
