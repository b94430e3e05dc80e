"""Whatever stands in a table: no failure, and no cell of a project lost or put where it does not belong."""

from __future__ import annotations

import random

from corpus.columns import column_key, load
from corpus.registry_cells import is_empty
from corpus.registry_model import MONEY_FIELDS, STAGES
from tests.corpus.registry.tables_made import registry_of, table

HEADERS = (
    *(
        "项目名称",
        "项目",
        "建设单位",
        "设区市",
        "县区",
        "所在地",
        "产业链",
        "类别",
        "项目类型",
        "总投资（亿元）",
        "总投资",
    ),
    *(
        "累计完成投资（万元）",
        "1—8月完成投资（亿元）",
        "投资情况 > 当月完成投资",
        "建设阶段",
        "计划开工",
        "计划竣工",
    ),
    *(
        "报告日期",
        "指标",
        "单位",
        "当月",
        "累计 > 同比（%）",
        "同比（百分点）",
        "2026年7月",
        "南京市",
        "",
        "备注",
        "时期",
    ),
)
CELLS = (
    *(
        "",
        "—",
        "甲项目",
        "乙项目",
        "合计",
        "示例公司",
        "南京市",
        "昆山市",
        "苏州市昆山市",
        "全省",
        "12.5",
        "-3.2%",
        "10-15",
    ),
    *(
        "3.5亿元",
        "1,234",
        "在建",
        "签约",
        "收尾",
        "√",
        "2026年8月",
        "2027-06-30",
        "尽快",
        "省重大工业项目",
        "省重大项目",
    ),
    *(
        "增资扩产、补短板",
        "亿元",
        "0.4个百分点",
        "9" * 40,
        "（5.2）",
        "1.2E+05",
        "第三批",
        "\u3000",
        "①",
        "1/3",
        "2026年13月",
    ),
)


def test_random_tables_lose_no_cell() -> None:
    chance = random.Random(7)
    known, projects = load(), 0
    for _ in range(1500):
        width = chance.randint(1, 8)
        header = [chance.choice(HEADERS) for _ in range(width)]
        rows = [[chance.choice(CELLS) for _ in range(width)] for _ in range(chance.randint(0, 5))]
        made = registry_of(table(header, *rows, caption=chance.choice(("", "表1 明细（投资单位：亿元）"))))
        assert all(value.value is not None or value.yoy is not None for value in made.indicators)
        for snapshot in made.projects:
            projects += 1
            row = rows[int(snapshot.clause_id.partition(":")[2]) - 2]
            assert snapshot.stage in (None, *STAGES)
            kept = {cell.text for cell in snapshot.cells.values()} | set(snapshot.extra.values())
            for name, cell in zip(header, row, strict=True):
                ticked = column_key(name) in known.stages
                assert is_empty(cell) or ticked or cell.strip() in kept, (header, row, snapshot)
            for name in MONEY_FIELDS:
                assert (getattr(snapshot, name) is None) == (name not in snapshot.cells)
    assert projects > 300
