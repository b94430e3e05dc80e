"""`python -m tests.fuzz --files 500`: a whole `zhixun ingest` over hostile files, watched from outside."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from corpus.worker import rss_mb
from corpus.worker_pool import process_tree
from tests.fuzz.hostile import CANARY, make

SECONDS, MEMORY_MB = 10, 1024


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--models", type=Path, required=True, help="a folder with the unpacked bundled model")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhixun-fuzz-") as temporary:
        sys.exit(watch(Path(temporary), options.files, options.seed, options.models.resolve()))


def watch(folder: Path, count: int, seed: int, models: Path) -> int:
    """Runs the ingestion and says what was seen; 1 where something is not as it must be."""
    home, source, canary = folder / "home", folder / "source", folder / "canary.txt"
    home.mkdir()
    source.mkdir()
    (home / "models").symlink_to(models, target_is_directory=True)
    files = list(make(source, count, seed, canary))
    before = _files(folder, home) | _temporary()
    limits = {"ZHIXUN_READ_TIMEOUT_S": str(SECONDS), "ZHIXUN_READ_MEMORY_MB": str(MEMORY_MB)}
    command = [sys.executable, "-m", "ui.cli.main", "ingest", "--json", "--workers", "2", *map(str, files)]
    start = time.monotonic()
    process = subprocess.Popen(
        command,
        env={**os.environ, **limits, "ZHIXUN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    peak, own = 0.0, 0.0
    with open(folder / "out.jsonl", "w", encoding="utf-8") as out:
        import threading

        reader = threading.Thread(target=lambda: out.writelines(process.stdout or ()))
        reader.start()
        while process.poll() is None:
            own = max(own, rss_mb(process.pid))
            peak = max([peak, *(rss_mb(pid) for pid in process_tree(process.pid) if pid != process.pid)])
            time.sleep(0.1)
        reader.join()
    lines = [json.loads(line) for line in (folder / "out.jsonl").read_text("utf-8").splitlines()]
    (folder / "out.jsonl").unlink()
    seen = {part for line in lines for part in Path(line["path"]).parts}  # an archive: over its members
    faults = [f"no line for {path.name}" for path in files if path.name not in seen]
    faults += [f"written outside: {path}" for path in sorted((_files(folder, home) | _temporary()) - before)]
    faults += [f"no reason: {line}" for line in lines if line["status"] == "failed" and not line["error"]]
    if process.returncode not in (0, 1):
        faults.append(f"exit code {process.returncode}")
    if peak > MEMORY_MB * 1.05:
        faults.append(f"a worker took {peak:.0f} MB")
    faults += _leaks(home)
    print(
        f"{count} files, {time.monotonic() - start:.0f} s, {dict(Counter(line['status'] for line in lines))}"
    )
    print(f"peak of a worker {peak:.0f} MB of {MEMORY_MB}, of the main process {own:.0f} MB")
    errors = [line["error"] or "" for line in lines]
    limited, died = (sum(sign in error for error in errors) for sign in ("ZHIXUN_READ", "读取进程"))
    print(f"stopped by a limit: {limited}; workers that died: {died}")
    print(f"faults {len(faults)}", *faults, sep="\n")
    return 1 if faults else 0


def _leaks(home: Path) -> list[str]:
    from corpus.catalog import Catalog
    from corpus.settings import CorpusSettings

    catalog = Catalog.open(CorpusSettings(home=home))
    try:
        return [
            f"leaked: {doc_id}" for doc_id in catalog.snapshot().records if CANARY in catalog.text(doc_id)
        ]
    finally:
        catalog.close()


def _files(folder: Path, home: Path) -> set[Path]:
    return {
        path for path in folder.rglob("*") if home not in (path, *path.parents) and path.name != "out.jsonl"
    }


def _temporary() -> set[Path]:
    """What a path that leads outside would leave in the temporary folder or its parent."""
    return {path for place in (Path("/"), Path("/tmp"), Path.cwd()) for path in place.glob("*逃逸*")}


if __name__ == "__main__":
    main()
