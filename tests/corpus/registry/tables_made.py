"""Tables and documents as the reader of tables gives them, in a few words."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from corpus.catalog import Catalog
from corpus.columns import load
from corpus.model import Clause, ClauseTable, ParsedDocument, TableRow, Version, Visibility
from corpus.registry_context import Document
from corpus.registry_model import RegistryRows
from corpus.registry_read import read_registry

MONTHLY = "全省增资扩产重点项目运行监测月报（2026年8月）"
HEAD = [
    "项目名称",
    "建设单位",
    "设区市",
    "产业链",
    "项目类别",
    "总投资（亿元）",
    "已完成投资（亿元）",
    "建设阶段",
]
AUGUST, SEPTEMBER = "项目运行监测月报（2026年8月）", "项目运行监测月报（2026年9月）"
ONE = ["甲项目", "示例甲公司", "南京市", "新型储能", "增资扩产", "38", "12.4", "在建"]
TWO = ["乙项目", "示例乙公司", "苏州市昆山市", "生物医药", "省重大工业项目", "10", "0", "签约"]


def table(header: Sequence[str], *rows: Sequence[str], caption: str = "", unit: str = "") -> ClauseTable:
    """A table; a header "投资 > 当月" has two levels."""
    return ClauseTable(
        clause_id="d:1",
        label="表1",
        caption=caption or None,
        unit=unit or None,
        columns=tuple(tuple(text.split(" > ")) for text in header),
        rows=tuple(TableRow(f"d:{at}", tuple(cells)) for at, cells in enumerate(rows, 2)),
    )


def registry_of(
    made: ClauseTable,
    title: str = MONTHLY,
    headings: Sequence[str] = (),
    region: str | None = "江苏省",
    issued_on: date | None = None,
) -> RegistryRows:
    document = Document("d", title, region=region, issued_on=issued_on)
    return read_registry(document, [made], {"d:1": tuple(headings)}, load())


def parsed(title: str, header: Sequence[str], *rows: Sequence[str]) -> ParsedDocument:
    """A document that holds one table."""
    lines = [" | ".join(row) for row in (header, *rows)]
    text = f"{title}\n" + "\n".join(lines)
    doc_id = hashlib.sha256(text.encode()).hexdigest()[:12]
    table = Clause(f"{doc_id}:1", doc_id, 1, "table", "表1", (title,), "\n".join(lines), 0, len(text))
    row_clauses = tuple(
        Clause(
            f"{doc_id}:{at}", doc_id, at, "row", f"表1第{at - 1}行", (title,), line, 0, 1, None, f"{doc_id}:1"
        )
        for at, line in enumerate(lines[1:], 2)
    )
    data = ClauseTable(
        table.clause_id,
        "表1",
        None,
        None,
        tuple((name,) for name in header),
        tuple(TableRow(clause.clause_id, tuple(row)) for clause, row in zip(row_clauses, rows, strict=True)),
    )
    return ParsedDocument(
        Version(doc_id, title, text, region="江苏省"),
        (table, *row_clauses),
        Path(f"/x/{doc_id}.xlsx"),
        doc_id * 4,
        "xlsx",
        tables=(data,),
    )


def add(catalog: Catalog, document: ParsedDocument, visibility: Visibility = Visibility.PUBLIC) -> str:
    doc_id = document.version.doc_id
    catalog.stage(document, visibility)
    catalog.make_live(doc_id)
    return doc_id


def changed(row: Sequence[str], **cells: str) -> list[str]:
    names = {"planned": 5, "done": 6, "stage": 7, "owner": 1, "region": 2}
    made = list(row)
    for name, cell in cells.items():
        made[names[name]] = cell
    return made
