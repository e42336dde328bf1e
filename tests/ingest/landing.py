"""Small landing folders for the ingest tests: tables as text, required columns filled in."""

import csv
import io
from pathlib import Path

from lake.tables import SOURCE_TABLES

DEFAULTS = {
    "mdtrt_id": "m1",
    "setl_id": "s1",
    "psn_no": "p1",
    "prac_psn_code": "D1",
    "feedetl_sn": "1",
    "fixmedins_code": "h1",
    "med_type": "21",
    "gend": "1",
    "brdy": "1980-01-01",
    "insutype": "310",
    "insu_admdvs": "310101",
    "begndate": "2025-03-01",
    "enddate": "2025-03-09",
    "begntime": "2025-03-01 08:00:00",
    "endtime": "2025-03-09 18:00:00",
    "setl_time": "2025-03-09 18:00:00",
    "fee_ocur_time": "2025-03-02 10:00:00",
    "med_list_codg": "XA01",
    "cnt": "1",
    "pric": "10.00",
    "det_item_fee_sumamt": "10.00",
    "inscp_scp_amt": "10.00",
    "medfee_sumamt": "10.00",
    "fund_pay_sumamt": "8.00",
    "diag_srt_no": "1",
    "diag_code": "J18",
}


def cells(text: str) -> list[dict[str, str]]:
    """The rows of a small table: a header line, `|` between cells."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def complete(table: str, text: str) -> list[dict[str, str]]:
    """The rows with every required column that the text leaves out."""
    required = {c.name: DEFAULTS[c.name] for c in SOURCE_TABLES[table].columns if c.required}
    rows = cells(text)
    spelled = {c.alias: c.name for c in SOURCE_TABLES[table].columns if c.alias and rows and c.alias in rows[0]}
    missing = {name: value for name, value in required.items() if name not in spelled.values()}
    return [missing | row for row in rows]


def land(landing: Path, batch_id: str, table: str, text: str) -> Path:
    """Writes `<batch_id>/<table>.csv` and returns its path."""
    out = io.StringIO()
    rows = complete(table, text)
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return land_bytes(landing, batch_id, f"{table}.csv", out.getvalue().encode())


def land_bytes(landing: Path, batch_id: str, name: str, content: bytes) -> Path:
    """Writes a file of a batch as it is and returns its path."""
    path = landing / batch_id / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
