"""Spreadsheets as rows of cells: CSV in UTF-8, or a sheet of an XLSX workbook. Values only; nothing is computed."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenario import document
from sim.scenario.errors import Problem, ScenarioError, listed

SHEET = "roster"  #: the sheet that is read where a workbook has several
MAX_ROWS, MAX_COLUMNS = 10_000, 200
MAX_UNPACKED = 100_000_000  #: bytes of a workbook; packed ones can claim to be anything
_DELIMITERS = (",", ";", "\t", "，", "；")


class Row(NamedTuple):
    number: int  #: as the spreadsheet shows it, from 1
    cells: list[Any]  #: text, or what XLSX knows: numbers, times of day, true and false; None where empty


def column_letter(column: int) -> str:
    """``A`` for column 0, ``AA`` for column 26."""
    letters = ""
    while column >= 0:
        letters = chr(ord("A") + column % 26) + letters
        column = column // 26 - 1
    return letters


def rows_of(path: Path, shown: str) -> list[Row]:
    """The rows of a sheet that have something in them. Raises ``ScenarioError`` where it cannot be read."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _of_csv(document.decoded(document.contents(path, shown), shown), shown)
    if suffix == ".xlsx":
        return _of_xlsx(document.contents(path, shown), shown)
    raise ScenarioError(Problem(shown, message="is no roster file", allowed="a file that ends in .csv or .xlsx"))


def _filled(rows: Iterable[Row], shown: str) -> list[Row]:
    filled = []
    for row in rows:
        cells = [None if isinstance(cell, str) and not cell.strip() else cell for cell in row.cells]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            filled.append(Row(row.number, cells))
    if len(filled) > MAX_ROWS:
        raise ScenarioError(Problem(shown, message=f"has {len(filled):,} rows", allowed=f"up to {MAX_ROWS:,}"))
    return filled


def _of_csv(text: str, shown: str) -> list[Row]:
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = next((mark for mark in _DELIMITERS if mark in head), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, before = [], 0
    try:
        for cells in reader:
            rows.append(Row(before + 1, list(cells)))
            before = reader.line_num
    except csv.Error as error:
        said = f"cannot be read as CSV ({error})"
        raise ScenarioError(Problem(shown, before + 1, message=said, allowed='text in quotes as "a ""b"" c"')) from None
    return _filled(rows, shown)


def _of_xlsx(raw: bytes, shown: str) -> list[Row]:
    try:
        import openpyxl
    except ImportError:
        said = "is a workbook, and the package openpyxl that reads it is not installed"
        allowed = 'the extra "xlsx" (pip install -c constraints.txt -e ".[xlsx]"), or the sheet saved as CSV UTF-8'
        raise ScenarioError(Problem(shown, message=said, allowed=allowed)) from None
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
                said = f"is more than {MAX_UNPACKED / 1e6:.0f} MB of tables"
                raise ScenarioError(Problem(shown, message=said, allowed="a workbook with the roster only"))
        values, formulas = (openpyxl.load_workbook(io.BytesIO(raw), data_only=only) for only in (True, False))
        name = _sheet_of(values, shown)
        return _filled(_checked(values[name], formulas[name], shown), shown)
    except ScenarioError:
        raise
    except Exception as error:  # a damaged workbook breaks openpyxl, zipfile and its XML reader in many ways
        said = f"cannot be read as an XLSX workbook ({type(error).__name__})"
        raise ScenarioError(Problem(shown, message=said, allowed="a workbook saved as .xlsx, or CSV UTF-8")) from None


def _sheet_of(workbook: Any, shown: str) -> str:
    """The only sheet with something in it, or the one that is called so."""
    names = [sheet.title for sheet in workbook.worksheets]
    filled = [sheet.title for sheet in workbook.worksheets if sheet.max_row > 1 or sheet["A1"].value is not None]
    if SHEET in names:
        return SHEET
    if len(filled) != 1:
        said = f"has {len(filled)} sheets with something in them: {listed(filled)}"
        raise ScenarioError(Problem(shown, message=said, allowed=f'one sheet, or one that is called "{SHEET}"'))
    return filled[0]


def _checked(values: Any, formulas: Any, shown: str) -> list[Row]:
    """Rows of a sheet; refuses what has no plain value: merged cells, formulas never computed, errors."""
    if values.max_row > MAX_ROWS or values.max_column > MAX_COLUMNS:
        said = f"has {values.max_row:,} rows and {values.max_column:,} columns, empty ones with a format included"
        allowed = f"up to {MAX_ROWS:,} rows and {MAX_COLUMNS} columns: delete the empty ones"
        raise ScenarioError(Problem(shown, message=said, allowed=allowed))
    problems = []
    for merged in values.merged_cells.ranges:
        said = f"the cells {merged.coord} are merged: which of their rows and columns is the value of?"
        problems.append(Problem(shown, merged.min_row, message=said, allowed="cells that are not merged"))
    rows = []
    for row, sources in zip(values.iter_rows(), formulas.iter_rows(), strict=True):
        for cell, source in zip(row, sources, strict=True):
            if source.data_type == "f" and cell.value is None:
                said = "is a formula whose value was never computed"
                allowed = "a value, or the workbook saved once by a spreadsheet program"
                problems.append(Problem(shown, cell.row, f"cell {cell.coordinate}", message=said, allowed=allowed))
            elif cell.data_type == "e":
                problem = Problem(shown, cell.row, f"cell {cell.coordinate}", cell.value, "is an error", "a value")
                problems.append(problem)
        rows.append(Row(row[0].row, [cell.value for cell in row]))
    if problems:
        raise ScenarioError(sorted(problems, key=lambda problem: problem.line))
    return rows
