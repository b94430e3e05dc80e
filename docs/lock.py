"""Prints requirements.lock: what pip resolves for pyproject.toml, every package pinned.

    python docs/lock.py dev,samples > requirements.lock

Without hashes, on purpose: torch is one version but another file on each platform (CPU here,
CUDA on PyPI for Linux), and a hash would tie the lock to one of them. A local version label
(`2.13.0+cpu`) is dropped for the same reason.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# Made by `make lock` from pyproject.toml; do not edit.
# Resolved on Python {python}, Linux. Install with `make install`.
"""


def resolve(extras: str) -> list[str]:
    """`name==version` lines of everything that the project with `extras` needs, sorted.

    Raises:
        subprocess.CalledProcessError: pip could not resolve; its reason is on stderr.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        subprocess.run([*command, "--report", str(report), f"{ROOT}[{extras}]"], check=True)
        packages = [item["metadata"] for item in json.loads(report.read_text("utf-8"))["install"]]
    pins = {item["name"].lower().replace("_", "-"): item["version"].partition("+")[0] for item in packages}
    pins.pop("zhixun", None)
    return [f"{name}=={version}" for name, version in sorted(pins.items())]


def main() -> None:
    lines = resolve(sys.argv[1] if len(sys.argv) > 1 else "dev,samples")
    print(HEADER.format(python=f"{sys.version_info.major}.{sys.version_info.minor}"), end="")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
