"""Make the finished sample files from the sources: `python -m corpus.samples.build [folder]`.

Needs the extra `samples` (reportlab, fonttools, mplfonts, python-docx, openpyxl). Equal sources give equal
bytes, so a text can be mended and the files rebuilt without noise in the history.
"""

from __future__ import annotations

import sys
from pathlib import Path

from corpus.samples import (
    FILES,
    manifest,
    render_docx,
    render_html,
    render_markdown,
    render_ofd,
    render_pdf,
    render_scan,
    render_xlsx,
)

RENDERERS = {
    "pdf": render_pdf.render,
    "docx": render_docx.render,
    "html": render_html.render,
    "md": render_markdown.render,
    "xlsx": render_xlsx.render,
    "ofd": render_ofd.render,
    "scan": render_scan.render,
}


def build(folder: Path = FILES) -> list[Path]:
    """Write every sample into `folder` and remove files there that no source makes any more."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for sample in manifest():
        path = folder / sample.file_name
        content = RENDERERS[sample.format](sample)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
        made.append(path)
    suffixes = {path.suffix for path in made}
    for path in folder.iterdir():
        if path.suffix in suffixes and path not in made:
            path.unlink()
    return made


def main() -> None:
    """Build into the folder named on the command line, by default the committed one."""
    made = build(Path(sys.argv[1]) if len(sys.argv) > 1 else FILES)
    print(f"{len(made)} files, {sum(path.stat().st_size for path in made) // 1024} KB")


if __name__ == "__main__":
    main()
