"""Result tables as Arrow and Parquet: fixed types and order, so that equal content is equal bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.measures.columns import TABLES

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

GROUP_ROWS = 100_000  #: rows gathered before a group of rows is written, however many replications they come from


def arrow_table(name: str, frame: pd.DataFrame) -> pa.Table:
    """A frame of ``sim.measures.frames`` with the types of ``columns.TABLES``. NaN stays NaN, no name is null."""
    import pyarrow as pa

    type_of = {column.name: column.type for column in TABLES[name]}
    types = {"int": pa.int64(), "key": pa.uint64(), "bool": pa.bool_(), "float": pa.float64(), "text": pa.string()}
    schema = pa.schema([(column, types[type_of[column]]) for column in frame.columns])
    arrays = [
        pa.array(frame[field.name].to_numpy(), type=field.type, from_pandas=pa.types.is_string(field.type))
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def replications_table(rows: list[dict[str, float]]) -> pa.Table:
    """One row a replication: its overall measures, NaN where it has none."""
    import pyarrow as pa

    whole = {"replication", "events", "agent_events"}
    names = list(dict.fromkeys(name for row in rows for name in row))
    fields = [(name, pa.int64() if name in whole else pa.float64()) for name in names]
    arrays = [pa.array([row.get(name, float("nan")) for row in rows], type=type_) for name, type_ in fields]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


class TablesInMemory:
    """Tables gathered from replication to replication."""

    def __init__(self) -> None:
        self._parts: dict[str, list[pa.Table]] = {}

    def add(self, tables: dict[str, pa.Table]) -> None:
        for name, table in tables.items():
            self._parts.setdefault(name, []).append(table)

    def close(self) -> dict[str, pa.Table]:
        """The whole tables."""
        import pyarrow as pa

        return {name: pa.concat_tables(parts).combine_chunks() for name, parts in self._parts.items()}

    def abandon(self) -> None:
        """Nothing to let go of."""


class TablesOnDisk:
    """Tables written to ``NAME.parquet`` in a folder as they come; little more than a group of rows stays in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[str, list[pa.Table]] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}

    def add(self, tables: dict[str, pa.Table]) -> None:
        for name, table in tables.items():
            waiting = self._waiting.setdefault(name, [])
            waiting.append(table)
            if sum(part.num_rows for part in waiting) >= GROUP_ROWS:
                self._write(name)

    def close(self) -> dict[str, pa.Table]:
        """Write what is left and finish the files. Nothing is handed back: the tables are in the folder."""
        for name, waiting in self._waiting.items():
            if waiting:
                self._write(name)
        self.abandon()
        return {}

    def abandon(self) -> None:
        """Let go of the files as they are."""
        while self._writers:
            self._writers.popitem()[1].close()

    def _write(self, name: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.concat_tables(self._waiting[name]).combine_chunks()
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self._folder / f"{name}.parquet", table.schema, compression="zstd")
        self._writers[name].write_table(table, row_group_size=max(table.num_rows, 1))
        self._waiting[name] = []


def write_table(path: Path, table: pa.Table) -> None:
    """One whole table."""
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd")
