"""`python -m tests.kill --kills 300`: the whole number, which takes too long for every test run."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.kill.harness import Ground, Tally, kill_many, preload


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kill")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--models", type=Path, help="a folder with the unpacked bundled model")
    options = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    models = (options.models or Path.home() / ".zhixun" / "models").resolve()
    preload(models)
    start = time.monotonic()

    faults = 0

    def told(tally: Tally) -> None:
        nonlocal faults
        for fault in tally.faults[faults:]:
            print(fault)
        faults = len(tally.faults)
        if tally.kills % 10 == 0:
            passed = time.monotonic() - start
            print(f"{tally.kills} kills, {tally.late} too late, {len(tally.faults)} faults, {passed:.0f} s")
            sys.stdout.flush()

    with tempfile.TemporaryDirectory(prefix="zhixun-kill-") as folder:
        tally = kill_many(Ground(Path(folder), models, options.seed), options.kills, told)
    print(
        f"kills {tally.kills}, by phase {dict(tally.at)}, too late {tally.late}, faults {len(tally.faults)}"
    )
    sys.exit(1 if tally.faults else 0)


if __name__ == "__main__":
    main()
