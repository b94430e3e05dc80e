"""Opens state folders of earlier versions: columns that are new are added, nothing is taken away."""

from __future__ import annotations

from sqlalchemy import Engine, MetaData, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError


def add_missing_columns(engine: Engine, metadata: MetaData) -> list[str]:
    """Adds to existing tables the nullable columns that `metadata` has beyond them.

    Returns:
        `table.column` of each column added; [] where the database was up to date.
    """
    added = []
    inspector = inspect(engine)
    for table in metadata.sorted_tables:
        if not inspector.has_table(table.name):
            continue
        present = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in present and _add(
                engine, table.name, column.name, column.type.compile(engine.dialect)
            ):
                added.append(f"{table.name}.{column.name}")
    return added


def _add(engine: Engine, table: str, column: str, kind: str) -> bool:
    """Adds one column; False where another process has done so in the meantime."""
    try:
        with engine.begin() as connection:
            connection.execute(text(f'ALTER TABLE {table} ADD COLUMN "{column}" {kind}'))
    except (OperationalError, ProgrammingError):
        if column in {found["name"] for found in inspect(engine).get_columns(table)}:
            return False
        raise
    return True
