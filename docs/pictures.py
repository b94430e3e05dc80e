"""Makes the pictures of docs/briefings.md: `python docs/pictures.py` (needs LibreOffice, pdftoppm, Chromium).

Over a fresh library of the samples in a temporary folder; nothing of the user's is touched.
"""

from __future__ import annotations

import subprocess
import tempfile
from datetime import date
from pathlib import Path

from PIL import Image

from agent.briefing.gather import write
from agent.briefing.layout import Imprint, Masthead, Parts, docx_bytes
from agent.briefing.layout.write import to_pdf
from agent.briefing.outline import outline_of
from corpus.model import Role
from index import Library

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
TOPIC = "2026年上半年未来产业培育情况"
DAY = date(2026, 11, 22)


def main() -> None:
    """Two pages of the document as PNG."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Library.open(folder / "home") as library:
            list(library.ingest(sorted((ROOT / "corpus" / "samples" / "files").glob("[!.]*"))))
            outline = outline_of(TOPIC, DAY).model_copy(
                update={"addressees": ("示例市人民政府",), "issuer": "示例市工业和信息化局"}
            )
            briefing = write(outline, library, Role.OFFICIAL)
        parts = Parts(Masthead("示例市工业和信息化简报", "第3期"), Imprint("示例市工业和信息化局办公室"))
        pdf = folder / "out.pdf"
        pdf.write_bytes(to_pdf(docx_bytes(briefing, parts)))
        subprocess.run(
            ["pdftoppm", "-r", "60", "-png", "-l", "4", str(pdf), str(folder / "page")], check=True
        )
        pages = [Image.open(path).convert("RGB") for path in sorted(folder.glob("page*.png"))]
        for number, (left, right) in enumerate((pages[:2], pages[2:4]), 1):
            _beside(left, right).quantize(48).save(IMAGES / f"briefing-pages-{number}.png", optimize=True)


def _beside(left: Image.Image, right: Image.Image) -> Image.Image:
    made = Image.new("RGB", (left.width + right.width + 12, left.height), (200, 200, 200))
    made.paste(left, (0, 0))
    made.paste(right, (left.width + 12, 0))
    return made


if __name__ == "__main__":
    main()
