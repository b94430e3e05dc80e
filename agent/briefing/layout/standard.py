"""The parameters of GB/T 9704-2012 (党政机关公文格式) as numbers, each with its clause.

Source: shared/domain/facts.md, section D. One home: the writer and the checker both read them here,
and tests/agent/briefing/layout holds them against the standard's own figures once more.
"""

from __future__ import annotations

import math
from typing import Final

MM: Final = 36_000  # EMU in a millimetre
TWIPS_A_MM: Final = 1440 / 25.4

PAGE = (210, 297)  # mm, A4: 5.1
TOP, LEFT = 37, 28  # mm, 天头 and 订口: 5.2.1
TYPE_AREA = (156, 225)  # mm, 版心: 5.2.1
RIGHT = PAGE[0] - LEFT - TYPE_AREA[0]  # 26
BOTTOM = PAGE[1] - TOP - TYPE_AREA[1]  # 35
LINES, CHARACTERS = 22, 28  # on a page, in a line: 5.2.3
BODY_PT, TITLE_PT, SMALL_PT = 16, 22, 14  # 三号, 二号, 四号
LINE_TWIPS = int(TYPE_AREA[1] * TWIPS_A_MM / LINES)  # 579: 22 lines fill the type area
# 28 characters of 16 pt are a little wider than 156 mm, so each stands a little closer to the next, in
# twentieths of a point. A grid of characters would do the same in Word, but LibreOffice gives each
# character one and a half cells then (decision 0014).
TIGHTER = math.floor((TYPE_AREA[0] / 25.4 * 72 / CHARACTERS - BODY_PT) * 20)
NUMBER_GAP = 7  # mm from the type area to the line of the page number: 7.5

BODY_FONT = "仿宋_GB2312"  # 5.2.2
TITLE_FONT = "方正小标宋简体"  # 7.3.1
HEADING_FONTS = ("黑体", "楷体_GB2312", "仿宋_GB2312", "仿宋_GB2312")  # 7.3.3, 一、（一）1.（1）
NUMBER_FONT = "宋体"  # 7.5
LATIN_FONT = "Times New Roman"
RED = "FF0000"  # 5.2.4: 版头's name and rule

# Names of our styles, so that Word's own tools work on them.
STYLE_TITLE = "公文标题"
STYLE_NOTE = "公文题注说明"
STYLE_ADDRESSEE = "主送机关"
STYLE_BODY = "公文正文"
STYLE_ATTACHMENT = "附件说明"
STYLE_SIGNATURE = "发文机关署名"
STYLE_DATE = "成文日期"
STYLE_ANNEX = "附件标识"
STYLE_MAST = "发文机关标志"
STYLE_NUMBER = "发文字号"
STYLE_TABLE_TITLE = "表题"
STYLE_TABLE_UNIT = "表单位"
STYLE_TABLE_CELL = "表文"
STYLE_SOURCE = "来源行"
STYLE_PICTURE = "图"
STYLE_IMPRINT = "版记"
HEADINGS = ("Heading 1", "Heading 2", "Heading 3", "Heading 4")
