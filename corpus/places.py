"""Level (国家 省 市 县) and region of a document, from its issuer and title."""

from __future__ import annotations

import re

CITIES = (
    *("南京", "无锡", "徐州", "常州", "苏州", "南通", "连云港"),
    *("淮安", "盐城", "扬州", "镇江", "泰州", "宿迁"),
)
PROVINCES = (
    *("北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江"),
    *("江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南"),
    *("广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "内蒙古"),
    *("广西", "西藏", "宁夏", "新疆"),
)
_MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
_NATIONAL = re.compile(
    r"国务院|全国人民代表大会|中共中央|工业和信息化部|工信部|财政部|国家|科技部|科学技术部|税务总局|生态环境部|商务部|"
    r"人力资源社会保障部|人力资源和社会保障部|中国人民银行|市场监管总局|市场监督管理总局|自然资源部|交通运输部|教育部|司法部|中华人民共和国"
)
_COUNTY = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,4}?(?:县|区|市))(?:人民政府|工业和信息化局|工信局|发展和改革委员会|科技局|财政局)"
)


def level_and_region(title: str, issuer: str) -> tuple[str | None, str | None]:
    """(level, region) as the issuer shows them, else the title; (None, None) where neither does.

    >>> level_and_region("关于印发…的通知", "江苏省工业和信息化厅")
    ('省', '江苏省')
    """
    for source in (issuer, title):
        if not source:
            continue
        city = next((name for name in CITIES if re.search(rf"{name}(?:市|(?=工信|经信|高新))", source)), None)
        if city:
            return "市", f"{city}市"
        county = _COUNTY.search(source)
        province = next((name for name in PROVINCES if name in source), None)
        if county and not county["name"].endswith(tuple(f"{name}市" for name in _MUNICIPALITIES)):
            name = re.sub(r"^.*?省", "", county["name"])
            return ("市" if name.endswith("市") else "县"), name
        if province and not (source is title and _NATIONAL.search(issuer)):
            suffix = "市" if province in _MUNICIPALITIES else "省"
            named = re.search(rf"{province}(?:自治区|壮族自治区|回族自治区|维吾尔自治区)", source)
            return "省", named.group() if named else province + suffix
        if _NATIONAL.search(source):
            return "国家", "全国"
        if re.search(r"^省|全省", source):
            return "省", None
    return None, None
