"""A sheet's cells -> blocks: title lines, units, tables with their heads, notes, in their order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.head import label_of
from corpus.model import Block
from corpus.readers.common import SIGNED, clean, table_block
from corpus.tables import Merge, Shaped, caption_among, is_label, shape_cells

MAX_CELLS = 1_000_000
_TITLE_MAX = 60
# on a cover sheet the month and the issuer may stand above the title
_NO_TITLE = re.compile(
    r"(?:填报|填表|使用|编制|指标)?说明|目录|封面|首页"
    r"|(?:19|20)\d\d(?:年(?:度|全年|第?[一二三四1-4]季度|[上下]半年)?|[年.\-/]\d{1,2}(?:[月.\-/](?:\d{1,2}日?)?)?(?:份)?)"
)


def sheet_blocks(
    cells: Mapping[tuple[int, int], str], merges: Sequence[Merge] = (), page: int | None = None
) -> list[Block]:
    """The blocks of a sheet, from top to bottom; tables side by side from left to right."""
    blocks: list[Block] = []
    for shaped in shape_cells(cells, merges):
        blocks += [_prose(text, page) for text in shaped.lines]
        if table := _table(shaped, blocks, page):
            blocks.append(table)
        blocks += [_prose(text, page) for text in shaped.notes]
    return [block for block in blocks if block.text]


def _prose(text: str, page: int | None) -> Block:
    return Block(clean(text), page=page)


def _table(shaped: Shaped, before: Sequence[Block], page: int | None) -> Block | None:
    if not shaped.rows:
        return None
    above: list[str] = []
    for block in reversed(before):
        if block.kind == "table":
            break
        above.insert(0, block.text)
    caption, unit = caption_among(above[-8:])
    return table_block(
        shaped.rows, caption=caption, unit=unit, header_rows=shaped.header_rows, page=page, before=before
    )


def with_title(blocks: Sequence[Block]) -> list[Block]:
    """The workbook's first line of prose that is no label, mark or unit, as its title."""
    found = list(blocks)
    for at, block in enumerate(found[:6]):
        if block.kind != "paragraph" or block.text.endswith(("。", "；")):
            break
        bare = re.sub(r"\s", "", block.text)
        marked = bare.startswith(("【", "附件", "附表", "（", "(", "单位"))
        marked = marked or _NO_TITLE.fullmatch(bare) is not None or SIGNED.match(bare) is not None
        if marked or label_of(block.text) or is_label(block.text) or len(bare) > _TITLE_MAX:
            continue
        found[at] = Block(block.text, kind="heading", level=1, page=block.page)
        break
    return found
