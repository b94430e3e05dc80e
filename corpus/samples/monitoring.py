"""A year of monitoring reports with invented data: twelve monthly reports, four project libraries, one scan.

Everything comes from one seed, so equal code gives equal files, and the truth behind each cell can be
asked for (`library`, `figures`): the tests compare what is read with what was written. Names of firms
begin with 虚构 and their syllables mean nothing. The reports keep away from what the older samples state
(完成投资 of the fifteen 增资扩产 projects, 生物制造 and its neighbours), so that each question on those
still has one answer.
"""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from corpus.places import CITIES, COUNTIES
from corpus.registry_model import STAGES
from corpus.samples.source import INVENTED, Sample, SourceBlock

SEED = 20261000
LIBRARY_KINDS = ("省重大工业项目", "增资扩产", "补短板", "未来产业")
PER_CITY_AND_KIND = 4  # 13 cities, four kinds: 208 projects
QUARTERS = (date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30))
MONTHS = tuple((2025, month) for month in (10, 11, 12)) + tuple((2026, month) for month in range(1, 10))
FORMATS = ("docx", "xlsx", "pdf", "docx", "xlsx", "docx", "ofd", "docx", "xlsx", "pdf", "xlsx", "docx")
FIELDS = ("智能传感", "光子芯片", "脑机接口", "商业航天", "先进复合材料", "绿色甲醇")
CHAINS = {
    "工业母机": ("主轴", "数控转台", "直线导轨"),
    "轨道交通装备": ("牵引变流器", "转向架", "制动控制器"),
    "节能环保": ("膜组件", "余热回收装置", "除尘滤袋"),
    "特种钢": ("轴承钢", "模具钢", "精密带钢"),
    "电子元器件": ("片式电容", "射频连接器", "精密电感"),
    "智能家电": ("变频压缩机", "温控模块", "静音电机"),
}
_FUTURE_GOODS = ("样机中试线", "验证平台", "小批量产线")
_FIRST = "云澄朗栖沐岚芷衡曜溪霁珩筠漪晏璟"
_SECOND = "汀川岳禾舟原松砚陌屿桥杉麓"
_TYPES = {
    "省重大工业项目": "基地项目",
    "增资扩产": "扩产项目",
    "补短板": "攻关项目",
    "未来产业": "项目",
}


@dataclass(frozen=True, slots=True)
class Project:
    """A project as the library of one quarter states it; amounts in 亿元 with one decimal."""

    name: str
    owner: str
    city: str
    county: str
    chain: str
    kind: str
    planned: float
    done: float
    stage: str
    start: str  # 2026-03
    end: str
    day: date


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of a monthly table: a region, chain or field, and its figures by column."""

    label: str
    month: float
    total: float
    growth: float | None = None  # of the total, per cent


# -- the truth --------------------------------------------------------------------------------------


@cache
def library(quarter: date) -> tuple[Project, ...]:
    """The projects as of the last day of a quarter, the four kinds one after the other; each quarter
    takes in one more of each kind in each city: 52, 104, 156, 208."""
    return tuple(
        _project(kind, city, place, quarter)
        for kind in LIBRARY_KINDS
        for city in CITIES
        for place in range(QUARTERS.index(quarter) + 1)
    )


def _project(kind: str, city: str, place: int, quarter: date) -> Project:
    number = LIBRARY_KINDS.index(kind) * PER_CITY_AND_KIND + place  # 0..15 within the city
    chance = random.Random(f"{SEED}/{city}/{number}")
    syllables = _FIRST[number] + _SECOND[CITIES.index(city)]
    future = kind == "未来产业"
    chain = chance.choice(FIELDS if future else tuple(CHAINS))
    goods = f"{chain}{chance.choice(_FUTURE_GOODS)}" if future else chance.choice(CHAINS[chain])
    planned = round(chance.uniform(0.8, 12) if kind in ("补短板", "未来产业") else chance.uniform(5, 60), 1)
    begun = place - 1 + chance.randint(-1, 2)  # in which quarter, counted from the first, it was begun
    pace = chance.choice((1, 1, 1, 2))
    stage = max(0, min(len(STAGES) - 1, (QUARTERS.index(quarter) - begun) * pace))
    done = round(planned * (0.0, 0.06, 0.48, 0.97, 1.0)[stage], 1)
    start = date(2026, 1, 1) + timedelta(days=91 * begun + chance.randint(0, 80))
    end = start + timedelta(days=91 * (3 // pace) + chance.randint(30, 120))
    return Project(
        name=f"{syllables}{goods}{_TYPES[kind]}",
        owner=f"虚构{syllables}实业公司",
        city=f"{city}市",
        county=chance.choice(COUNTIES[city].split()),
        chain=chain,
        kind=kind,
        planned=planned,
        done=done,
        stage=STAGES[stage],
        start=start.strftime("%Y-%m"),
        end=end.strftime("%Y-%m"),
        day=quarter,
    )


@cache
def figures(table: str, year: int, month: int) -> tuple[Figures, ...]:
    """The rows of one monthly table: 县域特色产业 and 增资扩产 by city, 补短板 by chain, 未来产业 by field.

    The total runs from January, or from October in 2025, where the reports begin; it is the sum of the
    months as printed.
    """
    labels: Sequence[str] = {"补短板": tuple(CHAINS), "未来产业": FIELDS}.get(
        table, tuple(f"{city}市" for city in CITIES)
    )
    rows = [_figures(table, label, year, month) for label in labels]
    if table == "县域特色产业":
        total = Figures(
            "全省",
            round(sum(row.month for row in rows), 1),
            round(sum(row.total for row in rows), 1),
            _growth(table, "全省", year, month),
        )
        rows.append(total)
    return tuple(rows)


def _figures(table: str, label: str, year: int, month: int) -> Figures:
    first = 10 if year == 2025 else 1
    whole = table in ("增资扩产", "补短板")  # counts
    months = [_month(table, label, year, at, whole) for at in range(first, month + 1)]
    growth = None if whole else _growth(table, label, year, month)
    return Figures(label, months[-1], round(sum(months), 1), growth)


def _month(table: str, label: str, year: int, month: int, whole: bool) -> float:
    size = random.Random(f"{SEED}/{table}/{label}").uniform(4, 40)
    swing = random.Random(f"{SEED}/{table}/{label}/{year}/{month}").uniform(0.85, 1.15)
    return float(round(size * swing / 2) + 1) if whole else round(size * swing, 1)


def _growth(table: str, label: str, year: int, month: int) -> float:
    return (
        round(random.Random(f"{SEED}/growth/{table}/{label}/{year}/{month}").uniform(-4, 14), 1) + 0.0
    )  # no -0.0


def disputed() -> tuple[Project, float]:
    """The project on which two reports of 2026-09-30 disagree, and the amount done of the other report."""
    project = next(one for one in key_projects(QUARTERS[-1]) if one.stage == "在建")
    return project, round(project.done + 1.5, 1)


def key_projects(quarter: date) -> tuple[Project, ...]:
    """The projects that the monthly reports of June and September list too."""
    return tuple(project for project in library(quarter) if project.kind == "省重大工业项目")[::9]


# -- the documents ----------------------------------------------------------------------------------


def samples() -> tuple[Sample, ...]:
    """All reports, in the order of their file names."""
    made = [_library_sample(quarter) for quarter in QUARTERS]
    made += [_monthly_sample(*when, file_format) for when, file_format in zip(MONTHS, FORMATS, strict=True)]
    made.append(_scan_sample())
    return tuple(sorted(made, key=lambda sample: sample.file_name))


def _sample(
    name: str, title: str, issued_on: date, genre: str, file_format: str, blocks: Sequence[SourceBlock]
) -> Sample:
    return Sample(
        name=f"{name}-{INVENTED}",
        title=f"{title}，{INVENTED}）",
        issuer="示例监测中心（虚构）",
        subject="项目状态",
        level="省",
        region="江苏省",
        sample=INVENTED,
        source="全部为虚构数据，由程序生成，不来自任何真实项目、企业或地区",
        format=file_format,
        visibility="public",
        validity="any",
        genre=genre,
        issued_on=issued_on,
        blocks=tuple(blocks),
    )


def _library_sample(quarter: date) -> Sample:
    at = QUARTERS.index(quarter)
    blocks = [
        SourceBlock("heading", "一、说明"),
        SourceBlock(
            "paragraph", "（一）本项目库是虚构的演示样本，不是任何名单的全部，不能据此推算全省项目数量。"
        ),
        SourceBlock("paragraph", "（二）省重大工业项目与省重大项目是两份不同的名单，本库不含省重大项目。"),
        SourceBlock("heading", "二、项目明细"),
    ]
    for number, kind in enumerate(LIBRARY_KINDS, 1):
        unit, scale = ("万元", 10000) if at == 1 else ("亿元", 1)
        blocks.append(SourceBlock("caption", f"表{number} {kind}（截至{_day(quarter)}，投资单位：{unit}）"))
        head = _LIBRARY_HEADS[at % 2]
        extra = ("攻关方向",) if kind == "补短板" else ()  # a column that the registry does not know
        rows = [
            (*_library_row(row, project, scale), *(("关键基础件",) if extra else ()))
            for row, project in enumerate((p for p in library(quarter) if p.kind == kind), 1)
        ]
        blocks.append(SourceBlock("table", rows=((*head, *extra), *rows)))
    title = f"重点项目库季报（{quarter.year}年{quarter.month}月末"
    issued = quarter + timedelta(days=18)
    return _sample(f"project-library-{quarter:%Y-%m}", title, issued, "季报", "xlsx", blocks)


# Two wordings that take turns: real tables change their column names from issue to issue.
_LIBRARY_HEADS = (
    (
        *("序号", "项目名称", "建设单位", "设区市", "县（市、区）", "产业链"),
        *("总投资", "累计完成投资", "阶段", "计划开工", "计划竣工"),
    ),
    (
        *("序号", "项目名称", "企业名称", "所在地", "所在县区", "所属产业链"),
        *("计划总投资", "已完成投资", "建设阶段", "计划开工时间", "计划竣工时间"),
    ),
)


def _library_row(row: int, project: Project, scale: int) -> tuple[str, ...]:
    def amount(value: float) -> str:
        return f"{value:.1f}" if scale == 1 else f"{value * scale:.0f}"

    return (
        *(str(row), project.name, project.owner, project.city, project.county, project.chain),
        *(amount(project.planned), amount(project.done), project.stage),
        *(_month_text(project.start), _month_text(project.end)),
    )


def _monthly_sample(year: int, month: int, file_format: str) -> Sample:
    last = date(year, month, monthrange(year, month)[1])
    when = f"{year}年{month}月"
    blocks = [
        SourceBlock("heading", "一、监测范围"),
        SourceBlock(
            "paragraph", f"（一）本报告监测13个设区市、{len(CHAINS)}条示例产业链和{len(FIELDS)}个示例领域。"
        ),
        SourceBlock("paragraph", "（二）累计数自当年开始监测的月份算起，2025年自10月起，2026年自1月起。"),
        SourceBlock("heading", "二、监测数据"),
    ]
    for number, (table, caption, head) in enumerate(_MONTHLY_TABLES, 1):
        blocks.append(SourceBlock("caption", f"表{number} {caption}（{when}）"))
        rows = [_figure_row(row) for row in figures(table, year, month)]
        blocks.append(SourceBlock("table", rows=(head, *rows)))
    if last in QUARTERS[2:]:
        blocks += _key_table(last)
    title = f"全省重点产业运行监测月报（{when}"
    issued = last + timedelta(days=12)
    return _sample(f"monitor-monthly-{year}-{month:02d}", title, issued, "月报", file_format, blocks)


_MONTHLY_TABLES = (
    (
        "县域特色产业",
        "县域特色产业产值",
        ("设区市", "当月产值（亿元）", "累计产值（亿元）", "累计产值同比（%）"),
    ),
    ("增资扩产", "重点企业增资扩产备案", ("设区市", "当月备案数（个）", "累计备案数（个）")),
    ("补短板", "产业链补短板攻关节点", ("产业链", "当月完成节点（个）", "累计完成节点（个）")),
    ("未来产业", "示例领域产值", ("领域", "当月产值（亿元）", "累计产值（亿元）", "累计产值同比（%）")),
)


def _figure_row(row: Figures) -> tuple[str, ...]:
    if row.growth is None:
        return (row.label, f"{row.month:.0f}", f"{row.total:.0f}")
    return (row.label, f"{row.month:.1f}", f"{row.total:.1f}", f"{row.growth:.1f}")


def _key_table(quarter: date) -> list[SourceBlock]:
    other, amount = disputed()
    rows = []
    for project in key_projects(quarter):
        done = amount if project == other else project.done
        rows.append((project.name, project.city, f"{project.planned:.1f}", f"{done:.1f}", project.stage))
    caption = f"表5 重点推进的省重大工业项目（截至{_day(quarter)}）"
    head = ("项目名称", "设区市", "总投资（亿元）", "累计完成投资（亿元）", "建设阶段")
    return [SourceBlock("caption", caption), SourceBlock("table", rows=(head, *rows))]


def _scan_sample() -> Sample:
    rows = tuple((row.label, f"{row.month * 100:.0f}") for row in figures("未来产业", 2026, 5))
    blocks = (
        SourceBlock("heading", "一、监测数据"),
        SourceBlock("caption", "表1 示例领域用工监测（2026年5月）"),
        SourceBlock("table", rows=(("领域", "月末用工人数（人）"), *rows)),
    )
    title = "示例领域用工监测快报（2026年5月"
    return _sample("monitor-staff-2026-05", title, date(2026, 6, 12), "快报", "scan", blocks)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _month_text(month: str) -> str:
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月"
