"""`python -m tests.kill --kills 300`: the whole number, which takes too long for every test run."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.kill.harness import WITHOUT, Ground, Tally, kill_many, preload, take_away


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kill")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--models", type=Path, help="a folder with the unpacked bundled model")
    parser.add_argument("--without", choices=WITHOUT, help="take this away: the harness must see it")
    options = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    models = (options.models or Path.home() / ".zhixun" / "models").resolve()
    preload(models)
    if options.without:
        take_away(options.without)
    start = time.monotonic()

    faults = said = 0

    def told(tally: Tally) -> None:
        nonlocal faults, said
        for fault in tally.faults[faults:]:
            print(fault)
        faults = len(tally.faults)
        if tally.kills >= said + 10:
            said = tally.kills
            passed = time.monotonic() - start
            print(f"{tally.kills} kills, {tally.late} too late, {len(tally.faults)} faults, {passed:.0f} s")
            sys.stdout.flush()

    with tempfile.TemporaryDirectory(prefix="zhixun-kill-") as folder:
        ground = Ground(Path(folder), models, options.seed)
        tally = kill_many(ground, options.kills, told, stop_at_fault=bool(options.without))
    print(
        f"kills {tally.kills}, by phase {dict(tally.at)}, too late {tally.late}, faults {len(tally.faults)}"
    )
    sys.exit(1 if tally.faults else 0)


if __name__ == "__main__":
    main()
