"""What number reading is made of: numerals, units, and the patterns of dates, codes and labels.

Private to `corpus.numbers`, which applies the patterns in order; see there for the rules.
"""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
FULL_WIDTH.update({ord("　"): ord(" "), ord("\u00a0"): ord(" "), ord("−"): ord("-")})
del FULL_WIDTH[ord("，")]  # a Chinese comma ends a phrase; it never groups thousands


def chinese_to_int(text: str) -> int:
    """一千五百万 -> 15000000, 十二 -> 12, 二〇二六 -> 2026, 两 -> 2.

    Raises:
        ValueError: a character that is no Chinese numeral, or an empty text.
    """
    if not text or any(c not in DIGITS and c not in SCALES for c in text):
        raise ValueError(f"not a Chinese numeral: {text!r}")
    if len(text) > 1 and all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    total = section = digit = 0
    seen_digit = False
    for c in text:
        if c in DIGITS:
            digit, seen_digit = DIGITS[c], True
        elif c in "十百千":
            section += (digit if seen_digit else 1) * SCALES[c]
            digit, seen_digit = 0, False
        elif c == "万":
            total += (section + digit or 1) * 10**4
            section, digit, seen_digit = 0, 0, False
        else:
            total = (total + section + digit or 1) * 10**8
            section, digit, seen_digit = 0, 0, False
    return total + section + digit


def _scale(text: str) -> int:
    product = 1
    for c in text:
        product *= SCALES[c]
    return product


def numeral_value(numeral: str) -> Decimal:
    """A numeral of either script, with its scale: 6,000 | 1.2亿 | 1亿2000万 | 100多万 | 三十."""
    numeral = re.sub(r"[\s,余多来]", "", numeral)
    if not re.match(r"-?[0-9]", numeral):
        return Decimal(chinese_to_int(numeral))
    sign = -1 if numeral.startswith("-") else 1
    parts = re.findall(r"([0-9.]+)([百千万亿]*)", numeral)
    return sign * sum((Decimal(figure) * _scale(scale) for figure, scale in parts), Decimal(0))


# -- patterns -----------------------------------------------------------------------------------

_S = r"[ \t]*\n?[ \t]*"  # what a line break of a PDF may put between a number and its unit
_C = "零〇○一二三四五六七八九十百千万亿两"
_CN = rf"[{_C}]+"
_FIGURE = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_SCALED = rf"{_FIGURE}(?:{_S}[余多来]?(?:万亿|千亿|百亿|千万|百万|[亿万千百])(?!分))?"
_AR = rf"(?<![A-Za-z0-9.])(?:{_FIGURE}{_S}亿{_FIGURE}{_S}万|{_SCALED})(?![0-9])"
_TO = rf"{_S}(?:-|–|—|——|~|至|到|或者?){_S}"
_N = r"[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_Y = r"(?<![0-9])(?:(?:19|20)[0-9]{2}|[一二][九〇零○][〇零○一二三四五六七八九]{2})"
_BRACKETS = r"[〔\[【(［]{y}[〕\]】)］]"

CURRENCY = "元|美元|欧元|日元|港元|英镑|元人民币|人民币|块钱|块"
TIME = "个工作日|工作日|个自然日|自然日|个月|个季度|个小时|小时|个星期|星期|周岁|周|分钟|周年|年|日|天"
MEASURES = (
    "个百分点|百分点|平方公里|平方米|立方米|千瓦时|千瓦|公里|公顷|大类|家次|人次|个|家|户|项|倍|人|名|位|批|次|件|种|类"
    "|台|套|辆|吨|度|亩|米|分|级|所|座|轮|届|份|期|只|艘|架|款|场|处|支|岁|条|章|步|页|点|股|基点|枚|间|例|组|门|星|强|成"
)
LATIN_UNITS = "[kMG]?Wh?|BP|bp|km|mm|cm|kg|m2|t|m"
UNIT = rf"(?:{CURRENCY}|{TIME}|{MEASURES})"

CANONICAL_UNIT = {
    "块钱": "元", "块": "元", "人民币": "元", "元人民币": "元",
    "户": "家", "名": "人", "位": "人", "天": "日", "自然日": "日", "个自然日": "日", "个工作日": "工作日",
    "个小时": "小时", "个星期": "周", "星期": "周", "周岁": "岁", "BP": "基点", "bp": "基点",
}  # fmt: skip
MONTHS_IN = {"年": 12, "周年": 12, "个季度": 3, "个月": 1}
GENERIC = "个"  # 14个 and 14家 may speak of the same things; 14家 and 14项 do not
NOT_GENERIC = frozenset({"倍", "分", "岁", "级", "成", "基点", "吨", "度", "亩", "米"})
WEAK_UNITS = frozenset("个家户项件种类次批名位人条款级步门处点页份所场支套组轮")

LABELS = [
    re.compile(p, re.M)
    for p in (
        rf"第[(]?(?:{_CN}|[0-9]+)[)]?(?:编|章|节|条|款|项|目|行|列|页|点|部分)(?:之[一二三四五六七八九十]+)?",
        rf"第(?:{_CN}|[0-9]+)(?:方|产业|代|者|位|线|名)(?!次)",
        r"[(](?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})[)]",
        r"^[ \t>*#-]*(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})[、.](?![0-9])",
        r"(?<=[。；：;:])[ \t]*(?:[一二三四五六七八九十]{1,3}[、.]|[0-9]{1,2}\.(?![0-9]))",
        r"\[[0-9]{1,3}\]",
        r"(?:附件|附表|附录|专栏|(?:(?<![\u4e00-\u9fff])|(?<=[见如按在]))[表图注])[ ]?"
        r"(?:[0-9]{1,3}(?![0-9.年月日万亿家个人项])|[一二三四五六七八九十]{1,3}(?=[: 、，。)]))",
        r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z/]*-?[0-9]+(?:[.:-][0-9]+)*",  # ISO9001, A4
        r"一[^\W\d_]一[^\W\d_]",  # 一企一策
        rf"[{_C}0-9]个一(?![{_C}个家项])",  # 八个一
        r"一次性|一件事|一项项|十分(?!之)|一年一度|一家之|千家万户|一方|百日|一带一路|一条龙|一点",
    )
]
CODE = re.compile(r"GB(?:/[TZ])?\s?([0-9]+(?:\.[0-9]+)?)(?:\s?[-—–]\s?([0-9]{4}))?")
DOC_NUMBER = re.compile(
    rf"([\u4e00-\u9fff]{{0,14}}){_BRACKETS.format(y='((?:19|20)[0-9]{2})')}\s?第?([0-9]{{1,5}})\s?号"
)
DOC_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})\s?年\s?第\s?([0-9]{1,5})\s?号")
DOC_SHORT = re.compile(r"第([0-9]{1,5})号(?![楼线院])|(?<![0-9])([0-9]{1,5})号(?=[文令公通])")
NOT_AGENCY = re.compile(
    r".*(?:根据|依据|依照|按照|参照|执行|文号|替代|代替|废止|印发|修订|通知|文件"
    r"|[按由见为是和与及以的了对将在从至而即被号])"
)
YEAR_MONTH_DAY = re.compile(
    rf"({_Y})\s?(?:年\s?({_N})\s?月\s?({_N})\s?[日号]|([-./])([0-9]{{1,2}})\4([0-9]{{1,2}})(?![0-9]))"
)
YEAR_MONTH = re.compile(rf"({_Y})\s?(?:年\s?({_N})\s?月(?!份?额)|-(0[1-9]|1[0-2])(?![0-9-]))")
MONTH_DAY = re.compile(rf"(?<![0-9{_C}])({_N})\s?月\s?({_N})\s?[日号]")
MONTHS_ONLY = re.compile(rf"(?<![0-9{_C}个.])(?:({_N}){_TO})?({_N})\s?月(?:份|底|末|初)?(?![个饼])")
YEARS = re.compile(rf"({_Y})(?:\s?年)?{_TO}({_Y}|[0-9]{{2}}(?=\s?年))\s?年?|({_Y})\s?年")
FRACTION = re.compile(rf"(?:(百|千|万)分之({_CN}|{_FIGURE})(?:{_TO}({_CN})(?![分{_C}]))?)|({_CN})分之({_CN})")
SLASH = re.compile(r"(?<![0-9/.])([1-9][0-9]?)/([1-9][0-9]?)(?![0-9/.])")
PERCENT = re.compile(rf"(?:({_AR})%?{_TO})?((?<=[比长速幅为( |:，,])-{_FIGURE}|{_AR}){_S}([%‰])")
ORDINAL = re.compile(
    rf"第({_CN}|[0-9]+)(个?(?:批|届|次|年|季度|期|轮|步|阶段|类|号|个|家|项))|([一二三四1-4])(季度)"
)
AR_QUANTITY = re.compile(
    rf"(?:({_AR}){_TO})?((?<=[比长速幅为( |:，,])-{_FIGURE}|{_AR}){_S}"
    rf"((?:{UNIT}|(?:{LATIN_UNITS})(?![A-Za-z]))?)"
)
CN_QUANTITY = re.compile(rf"(?:({_CN}){_TO})?({_CN})({UNIT})")
CN_SCALED = re.compile(rf"([一二三四五六七八九十两][{_C}]*[万亿])(?![{_C}]|{UNIT})")
HALF_YEAR = re.compile(r"(?<![上下前后])半年")
