"""Level (国家 省 市 县) and region of a document, from its issuer, its title or its number.

The counties and districts of Jiangsu are listed in full (95, as of 2025), with the two functional
areas that issue documents of their own.
"""

from __future__ import annotations

import re

LEVELS = ("国家", "省", "市", "县")
COUNTIES = {
    "南京": "玄武区 秦淮区 建邺区 鼓楼区 浦口区 栖霞区 雨花台区 江宁区 六合区 溧水区 高淳区 江北新区",
    "无锡": "锡山区 惠山区 滨湖区 梁溪区 新吴区 江阴市 宜兴市",
    "徐州": "鼓楼区 云龙区 贾汪区 泉山区 铜山区 丰县 沛县 睢宁县 新沂市 邳州市",
    "常州": "天宁区 钟楼区 新北区 武进区 金坛区 溧阳市",
    "苏州": "虎丘区 吴中区 相城区 姑苏区 吴江区 常熟市 张家港市 昆山市 太仓市 苏州工业园区",
    "南通": "崇川区 通州区 海门区 如东县 启东市 如皋市 海安市",
    "连云港": "连云区 海州区 赣榆区 东海县 灌云县 灌南县",
    "淮安": "淮安区 淮阴区 清江浦区 洪泽区 涟水县 盱眙县 金湖县",
    "盐城": "亭湖区 盐都区 大丰区 响水县 滨海县 阜宁县 射阳县 建湖县 东台市",
    "扬州": "广陵区 邗江区 江都区 宝应县 仪征市 高邮市",
    "镇江": "京口区 润州区 丹徒区 丹阳市 扬中市 句容市",
    "泰州": "海陵区 高港区 姜堰区 兴化市 靖江市 泰兴市",
    "宿迁": "宿城区 宿豫区 沭阳县 泗阳县 泗洪县",
}
CITIES = tuple(COUNTIES)
PROVINCES = (
    *("北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江"),
    *("江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南"),
    *("广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "内蒙古"),
    *("广西", "西藏", "宁夏", "新疆"),
)
_MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
_CITIES_OF: dict[str, list[str]] = {}  # a county's name -> the cities that have one so called
for _city, _names in COUNTIES.items():
    for _name in _names.split():
        _CITIES_OF.setdefault(_name, []).append(_city)
# Longer first, so that 苏州工业园区 is found before a city's name in it.
_LISTED = re.compile("|".join(sorted(map(re.escape, _CITIES_OF), key=len, reverse=True)))
_NATIONAL = re.compile(
    r"国务院|全国人民代表大会|中共中央|工业和信息化部|工信部|财政部|国家|科技部|科学技术部|税务总局|生态环境部|商务部|"
    r"人力资源社会保障部|人力资源和社会保障部|中国人民银行|市场监管总局|市场监督管理总局|自然资源部|交通运输部|教育部|司法部|中华人民共和国"
)
_COUNTY = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,4}?(?:县|区|市))(?:人民政府|工业和信息化局|工信局|发展和改革委员会|科技局|财政局)"
)
# The short names with which 机关代字 begin; 苏 alone may be the province or 苏州.
_SHORT = {
    **{"宁": "南京", "锡": "无锡", "徐": "徐州", "常": "常州", "苏府": "苏州", "通": "南通", "连": "连云港"},
    **{"淮": "淮安", "盐": "盐城", "扬": "扬州", "镇": "镇江", "泰": "泰州", "宿": "宿迁"},
}


def level_and_region(title: str, issuer: str, number: str = "") -> tuple[str | None, str | None]:
    """(level, region) as the issuer shows them, else the title, else the 机关代字; (None, None) for none.

    >>> level_and_region("关于印发…的通知", "江苏省工业和信息化厅")
    ('省', '江苏省')
    >>> level_and_region("关于印发…的通知", "昆山市人民政府")
    ('县', '昆山市')
    """
    for source in (issuer, title):
        if source and (found := _named(source, source is title, issuer)):
            return found
    return _of_number(number)


def _named(source: str, is_title: bool, issuer: str) -> tuple[str | None, str | None] | None:
    if listed := _listed(source):
        return "县", listed
    if city := next(
        (name for name in CITIES if re.search(rf"{name}(?:市|(?=工信|经信|高新))", source)), None
    ):
        return "市", f"{city}市"
    county = _COUNTY.search(source)
    province = next((name for name in PROVINCES if name in source), None)
    if county and not county["name"].endswith(tuple(f"{name}市" for name in _MUNICIPALITIES)):
        name = re.sub(r"^.*?省", "", county["name"])
        return ("市" if name.endswith("市") else "县"), name
    if province and not (is_title and _NATIONAL.search(issuer)):
        suffix = "市" if province in _MUNICIPALITIES else "省"
        named = re.search(rf"{province}(?:自治区|壮族自治区|回族自治区|维吾尔自治区)", source)
        return "省", named.group() if named else province + suffix
    if _NATIONAL.search(source):
        return "国家", "全国"
    return ("省", None) if re.search(r"^省|全省", source) else None


def _listed(source: str) -> str | None:
    """A county or district of Jiangsu named in the source; one of two 鼓楼区 goes with its city."""
    for match in _LISTED.finditer(source):
        name, before = match.group(), source[: match.start()]
        cities = _CITIES_OF[name]
        elsewhere = any(province in before for province in PROVINCES if province != "江苏")
        cut = (
            name[:-1] in CITIES and name.endswith("区") and source[match.end() :].startswith("域")
        )  # 淮安区域
        # 南通通州区 yes, 某海州区 no: what precedes must be a city, the province, a pause or nothing.
        opens = re.search(r"(?:^|[市省、，\s\u3000于在对和及发》《“（(])$", before) or before.endswith(CITIES)
        if elsewhere or cut or not opens:
            continue
        if len(cities) == 1:
            return name
        city = next((city for city in cities if city in before), None)
        return f"{city}市{name}" if city else name
    return None


def _of_number(number: str) -> tuple[str | None, str | None]:
    """南京 for 宁政办发〔2025〕12号, 江苏省 for 苏政发; None where the letters do not tell."""
    if re.match(r"^苏(?:政|发改|委)", number):
        return "省", "江苏省"
    match = re.match(rf"^(?P<short>{'|'.join(_SHORT)})(?:政|委|府|工信|经信|财|科|发|办)", number)
    return ("市", f"{_SHORT[match['short']]}市") if match else (None, None)


def city_of(region: str) -> str | None:
    """The city of Jiangsu that a region is or lies in: 昆山市 -> 苏州市; None for any other."""
    if region.removesuffix("市") in CITIES:
        return region if region.endswith("市") else f"{region}市"
    for city in CITIES:
        if region.startswith(f"{city}市"):
            return f"{city}市"
    cities = _CITIES_OF.get(region, [])
    return f"{cities[0]}市" if len(cities) == 1 else None


def lies_in(region: str | None, wanted: str) -> bool:
    """Whether a document's region is `wanted` or lies in it: 昆山市 in 苏州市, 苏州市 in 江苏省.

    `wanted` may leave 市 or 省 out (苏州).
    """
    if region is None:
        return False
    whole = {region, city_of(region)} - {None}
    if city_of(region) is not None:
        whole.add("江苏省")
    return any(wanted == name or (name and name.rstrip("省市") == wanted) for name in whole)


def is_region(name: str) -> bool:
    """Whether a name can be a region: 全国, a province, a city, a county or a functional area."""
    if name == "全国" or name in _CITIES_OF:
        return True
    return bool(re.fullmatch(r"[\u4e00-\u9fff]{1,14}(?:省|市|区|县|州|盟|旗)", name))
