"""Radicals that PDF producers emit for ideographs, and the ideographs that they stand for.

Fonts such as Noto map one glyph to both; Chromium, for one, then writes 人⺠ for 人民 and 部⻔ for
部门 into a PDF's text. The Kangxi radicals decompose by NFKC; most of the CJK Radicals Supplement
does not, hence the table (Unicode's property Equivalent_Unified_Ideograph).
"""

from __future__ import annotations

import unicodedata

_PAIRS = (
    "⺁厂⺃乚⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺌小⺍小⺎兀⺐尢⺒巳⺓幺⺔彑⺖忄⺘扌⺙攵⺛旡⺜日⺝月⺟母⺠民⺡氵⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺫目⺬示⺭礻⺯糹⺰纟⺲罒⺶羊⺹耂⺺肀"
    "⺻聿⺼月⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤"
    "⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻲亀⻳龟"
)
_SUPPLEMENT = {ord(_PAIRS[index]): _PAIRS[index + 1] for index in range(0, len(_PAIRS), 2)}

SAME_GLYPHS: dict[int, str] = (
    _SUPPLEMENT
    | {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    # in mainland fonts these two share their glyph with the simplified form
    | {0x2F3E: "户", 0x2FAD: "青"}
    | {code: unicodedata.normalize("NFC", chr(code)) for code in (0x2329, 0x232A, *range(0xF900, 0xFB00))}
    | {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
)
"""For str.translate: radical -> ideograph, ligature (ﬁ) -> letters; also 〈 〉 and ideographs from their
compatibility doubles."""
