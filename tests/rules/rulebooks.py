"""Small rule folders for the tests of the rule base."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from rules.book.typing import Rulebook, load_rulebook

Row = Mapping[str, str]


def csv_file(folder: Path, rule_type_id: str, rows: Sequence[Row]) -> Path:
    """A CSV file of these rows; columns in the order in which rows name them."""
    path = folder / f"{rule_type_id}.csv"
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def loaded(folder: Path, files: Mapping[str, Sequence[Row]]) -> Rulebook:
    """The rule base of these rows by type."""
    for rule_type_id, rows in files.items():
        csv_file(folder, rule_type_id, rows)
    return load_rulebook(folder)


def rejects(book: Rulebook) -> list[tuple[int, str]]:
    """(line, parameter) of each refused row."""
    return [(row["line_no"], row["param"]) for row in book.rejects.to_pylist()]


def rule_table(rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """Loaded rows as typing.py gives them; what a row does not name is missing, active, severity 1."""
    texts = ["insutype", "med_class", "hosp_lv", "poolarea", "exempt_dept", "exempt_diag", "gz_code", "src_doc", "tip"]
    plain = {"rule_ver": 1, "sev_deg": 1, "control_mode": "SETTLE", "stas": "active", "params": "{}"}
    schema = pa.schema(
        [
            *[(name, pa.string()) for name in ("rule_type_id", "rule_id", "control_mode", "stas", "params", *texts)],
            ("rule_ver", pa.int32()),
            ("sev_deg", pa.int32()),
            ("begndate", pa.date32()),
            ("enddate", pa.date32()),
        ]
    )
    return pa.Table.from_pylist([plain | dict(row) for row in rows], schema)
