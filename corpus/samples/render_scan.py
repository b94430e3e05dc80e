"""A sample as a scan: the pages of its PDF as slightly skewed black-and-white pictures without any text."""

from __future__ import annotations

import time
from dataclasses import replace
from io import BytesIO

from corpus.samples import render_pdf
from corpus.samples.archives import STAMP
from corpus.samples.source import Sample

_DPI, _SKEW, _INK = 200, 0.4, 150  # degrees; grey value below which a point is black


def render(sample: Sample) -> bytes:
    """The finished file: one picture a page, title and label in the document's properties."""
    import pypdfium2 as pdfium
    from PIL import Image

    source = pdfium.PdfDocument(render_pdf.render(replace(sample, format="pdf")))
    pages = []
    for page in source:
        grey = page.render(scale=_DPI / 72).to_pil().convert("L")
        turned = grey.rotate(_SKEW, resample=Image.Resampling.BICUBIC, fillcolor=255)
        pages.append(turned.point(lambda value: 255 * (value > _INK), mode="1"))
    when = time.struct_time(STAMP.timetuple())
    out = BytesIO()
    pages[0].save(
        out,
        "PDF",
        resolution=_DPI,
        save_all=True,
        append_images=pages[1:],
        title=sample.title,
        author=sample.issuer,
        subject=f"{sample.sample}：{sample.source}",
        keywords="；".join(f"{key}={value}" for key, value in sample.metadata().items()),
        creationDate=when,
        modDate=when,
    )
    return out.getvalue()
