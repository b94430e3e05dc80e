"""Whether a page's text, as a PDF library extracted it, is text or garbage."""

from __future__ import annotations

import re

from corpus.readers.common import CJK
from corpus.readers.radicals import SAME_GLYPHS

_EXPECTED = re.compile(
    "[\u0020-\u007e\u00a0-\u00bf\u00d7\u00f7\u0370-\u03ff\u2000-\u206f\u2070-\u209f\u20a0-\u20bf\u2100-\u214f\u2150-\u218f"
    "\u2190-\u23ff\u2460-\u24ff\u2500-\u27bf\u2e80-\u2fdf\u3000-\u30ff\u3100-\u312f\u3200-\u33ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0002ffff\n\r\t]"
)
_BROKEN = re.compile(
    "[\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd\u0000-\u0008\u000e-\u001f\u0080-\u009f]|\\(cid:\\d+\\)|/(?:g|uni|cid)[0-9A-Fa-f]{2,6}\\b"
)
_SPACED = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_ADJACENT = re.compile("(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])")
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度"
    "家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心"
    "反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资"
    "边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处理府给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思"
    "术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群"
    "广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率"
    "企政策项促应须县厅案责织园项额奖补贴标评审批申请示范培育创服务附件施监督执第章条款附则通知意见"
)

GARBLED_SHARE = 0.02
"""Share of broken characters from which a page counts as garbled."""


def squeeze(text: str) -> str:
    """A text without white space, to compare what two libraries saw: one gives 月 and fi where the other
    gives a radical (⽉) and a ligature (ﬁ)."""
    return "".join(text.split()).translate(SAME_GLYPHS)


def is_garbled(text: str) -> bool:
    """Whether a page's text is garbage by itself.

    Broken characters (replacement, private use, "(cid:12)"), scripts that an official text does
    not use, or ideographs of which almost none is common (a wrong character map).
    """
    dense = squeeze(text)
    if not dense:
        return False
    broken = sum(len(match) for match in _BROKEN.findall(dense))
    if broken / len(dense) > GARBLED_SHARE:
        return True
    expected = sum(1 for char in dense if _EXPECTED.match(char))
    if expected / len(dense) < 0.85:
        return True
    ideographs = CJK.findall(dense)
    if len(ideographs) < 40:
        return False
    return sum(1 for char in ideographs if char in _COMMON) / len(ideographs) < 0.2


def is_spaced(text: str) -> bool:
    """Whether most ideographs stand apart by single spaces, as no writer does on a whole page."""
    spaced = len(_SPACED.findall(text))
    return spaced >= 10 and spaced > len(_ADJACENT.findall(text))


def is_incomplete(text: str, other: str) -> bool:
    """Whether `text` lacks much of what another library saw on the same page."""
    seen = len(squeeze(other))
    return seen >= 10 and len(squeeze(text)) < 0.7 * seen
