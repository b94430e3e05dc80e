"""No invented figure: every number of a statement stands in the evidence that it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.state import Span
from corpus.numbers import Number, find_numbers, stated_in, stated_numbers

_LABEL = re.compile(r"《[^》]*》|第[一二三四五六七八九十百千零〇两\d]+[条款项目行]|\[\d+\]")


def unsupported(text: str, spans: Sequence[Span]) -> list[Number]:
    """Numbers of `text` that none of `spans` states; clause labels and titles are not numbers.

    A figure that only the heading or the title of the evidence gives (the year of a report, the
    unit of a table) counts as stated there.
    """
    for span in spans:  # 《…》一、（二）2.载明 names a place, no figure
        text = text.replace(f"》{span.label}", "》 ") if span.label else text
    claimed = [number for number in find_numbers(_LABEL.sub(" ", text)) if number.kind != "weak"]
    if not claimed:
        return []
    stated: list[Number] = []
    for span in spans:
        context = " ".join((span.evidence.title, *span.evidence.heading_path))
        header = f"{span.lead}\n" if span.lead and " | " in span.lead else ""
        stated += stated_numbers(f"{header}{span.text}") + find_numbers(f"{header}{context}")
    return [number for number in claimed if not stated_in(number, stated)]
