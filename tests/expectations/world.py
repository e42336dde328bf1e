"""A small world in which every expectation holds, and what its suites measure of it on an engine."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from expectations.metrics import Measure, measures, relation_names, statements
from expectations.suites import SOURCE_SUITES
from jobs.gate.places import places
from jobs.settings import load_settings
from lake.tables import SOURCE_TABLES
from rules.engines import Engine, run
from rules.engines.duck import DuckEngine
from tests.duck import ARROW, typed
from tests.ingest.landing import DEFAULTS, cells

Rows = list[dict[str, str]]
World = dict[str, Rows]

TODAY = date(2025, 4, 1)
ANNE, BEN = "a" * 64, "b" * 64
PERSONS = {"ANNE": ANNE, "BEN": BEN}
UPRIGHT = ("mdtrt_d", "setl_d", "fee_list_d")
FILES = """
    file           | rows_read | warnings
    fee_list_d.csv | 2000      | 0
"""
REJECTS = """
    file           | is_orphan
    fee_list_d.csv | 0
"""

# Visits, settlements and lines stand upright: a column of the table is a line of the text. b1 was published, b2 is new.
# Of visit m1 a line is half given back; settlement s2 reverses s0.
TABLES = {
    "psn_d": """
        psn_no | gend | brdy       | die_date
        ANNE   | 2    | 1980-01-01 | 2025-06-01
        BEN    | 1    | 1970-01-01 |
        """,
    "fixmedins_d": """
        fixmedins_code | fixmedins_type | hosp_lv | begndate   | enddate
        h1             | 1              | 05      | 2020-01-01 | 2030-12-31
        """,
    "prac_psn_d": """
        prac_psn_code | fixmedins_code | hi_dr_flag | begndate   | enddate    | psn_no
        d1            | h1             | 1          | 2020-01-01 | 2030-12-31 | BEN
        """,
    "catalog_d": """
        med_list_codg | name   | list_type | chrgitm_lv | price_ref | begndate   | enddate
        XA01          | 阿司匹林 | 101       | 01         | 10.00     | 2020-01-01 | 2030-12-31
        """,
    "medins_map_d": """
        fixmedins_code | medins_list_codg | med_list_codg | begndate   | enddate
        h1             | own1             | XA01          | 2020-01-01 | 2030-12-31
        """,
    "mdtrt_d": """
        mdtrt_id       | m1                  | m0
        psn_no         | ANNE                | BEN
        med_type       | 21                  | 11
        begntime       | 2025-03-01 08:00:00 | 2025-02-01 08:00:00
        endtime        | 2025-03-09 18:00:00 | 2025-02-01 10:00:00
        chfpdr_code    | d1                  | d1
        dscg_way       | 1                   |
        matn_stas      | 1                   |
        vali_flag      | 1                   | 1
        main_cond_dscr | 发热 3 天              |
        """,
    "setl_d": """
        setl_id           | s1                  | s2                  | s0
        mdtrt_id          | m1                  | m0                  | m0
        psn_no            | ANNE                | BEN                 | BEN
        gend              | 2                   | 1                   | 1
        brdy              | 1980-01-01          | 1970-01-01          | 1970-01-01
        hosp_lv           | 5                   | 5                   | 5
        begndate          | 2025-03-01          | 2025-02-01          | 2025-02-01
        enddate           | 2025-03-09          | 2025-02-01          | 2025-02-01
        setl_time         | 2025-03-09 18:00:00 | 2025-02-02 10:00:00 | 2025-02-01 10:00:00
        med_type          | 21                  | 11                  | 11
        pay_loc           | 1                   | 1                   | 1
        hi_paymtd         | 1                   | 1                   | 1
        medfee_sumamt     | 35.00               | -10.00              | 10.00
        fulamt_ownpay_amt | 1.00                | 0.00                | 0.00
        overlmt_selfpay   | 1.00                | 0.00                | 0.00
        preselfpay_amt    | 2.50                | 0.00                | 0.00
        inscp_scp_amt     | 30.50               | -10.00              | 10.00
        fund_pay_sumamt   | 20.00               | -8.00               | 8.00
        hifp_pay          | 18.00               | -8.00               | 8.00
        maf_pay           | 2.00                | 0.00                | 0.00
        psn_part_amt      | 15.00               | -2.00               | 2.00
        acct_pay          | 5.00                | 0.00                | 0.00
        psn_cash_pay      | 10.00               | -2.00               | 2.00
        refd_setl_flag    | 0                   | 1                   | 0
        init_setl_id      |                     | s0                  |
        vali_flag         | 1                   | 1                   | 1
        """,
    "fee_list_d": """
        mdtrt_id            | m1               | m1               | m1               | m0               | m0
        feedetl_sn          | a                | b                | b-back           | z-back           | z
        setl_id             | s1               | s1               | s1               | s2               | s0
        psn_no              | ANNE             | ANNE             | ANNE             | BEN              | BEN
        fee_ocur_time       | 2025-03-02 10:00 | 2025-03-03 10:00 | 2025-03-03 11:00 | 2025-02-01 09:00 | 2025-02-01 09:00
        list_type           | 101              | 101              | 101              | 101              | 101
        medins_list_codg    | own1             | own1             | own1             | own1             | own1
        chrgitm_lv          | 01               | 01               | 01               | 01               | 01
        cnt                 | 2                | 2                | -1               | -1               | 1
        pric                | 10.00            | 15.00            | 15.00            | 10.00            | 10.00
        det_item_fee_sumamt | 20.00            | 30.00            | -15.00           | -10.00           | 10.00
        fulamt_ownpay_amt   | 1.00             | 0.00             | 0.00             | 0.00             | 0.00
        overlmt_amt         | 1.00             | 0.00             | 0.00             | 0.00             | 0.00
        preselfpay_amt      | 1.00             | 3.00             | -1.50            | 0.00             | 0.00
        inscp_scp_amt       | 17.00            | 27.00            | -13.50           | -10.00           | 10.00
        bilg_dr_codg        | d1               | d1               | d1               | d1               | d1
        init_feedetl_sn     |                  |                  | b                | z                |
        vali_flag           | 1                | 1                | 1                | 1                | 1
        """,
    "diag_d": """
        mdtrt_id | diag_srt_no | psn_no | inout_diag_type | maindiag_flag | diag_code | diag_name | vali_flag
        m1       | 1           | ANNE   | 2               | 1             | j18.900   | 肺炎      | 1
        m1       | 2           | ANNE   | 2               | 0             | J18.900   | 肺炎      | 1
        """,
    "oprn_d": """
        mdtrt_id | oprn_srt_no | main_oprn_flag | oprn_oprt_code | oprn_oprt_begntime  | oprn_oprt_endtime
        m1       | 1           | 1              | 33.2400        | 2025-03-03 09:00:00 | 2025-03-03 10:00:00
        """,
    "drord_d": """
        mdtrt_id | drord_no | drord_type | drord_isu_time      | drord_endtime       | vali_flag
        m1       | o1       | 1          | 2025-03-02 09:00:00 | 2025-03-02 09:30:00 | 1
        """,
    "report_d": """
        mdtrt_id | rpotc_no | exam_date  | rpt_date   | exam_rslt_abn
        m1       | r1       | 2025-03-02 | 2025-03-03 | 0
        """,
    "record_d": """
        mdtrt_id | rec_sn | rec_time            | in_bed_flag
        m1       | n1     | 2025-03-02 09:00:00 | 1
        """,
    "consent_d": """
        mdtrt_id | consent_sn | sign_flag | sign_time
        m1       | c1         | 1         | 2025-03-02 09:00:00
        """,
    "onsite_d": """
        mdtrt_id | chk_time            | in_bed_flag | id_match_flag
        m1       | 2025-03-02 09:00:00 | 1           | 1
        """,
    "filing_d": """
        filing_id | psn_no | filing_type | begndate   | enddate
        f1        | ANNE   | opsp        | 2025-01-01 | 2025-12-31
        """,
    "inventory_d": """
        fixmedins_code | med_list_codg | ym      | open_cnt | buy_cnt | return_cnt | close_cnt
        h1             | XA01          | 2025-03 | 10       | 20      | 0          | 15
        """,
    "fund_d": """
        admdvs | ym      | insutype | income | expend
        310101 | 2025-03 | 310      | 100.00 | 80.00
        """,
}
PUBLISHED = {("setl_d", "s0"), ("mdtrt_d", "m0"), ("fee_list_d", "z")}


def clean_world() -> World:
    """Rows by table; batch_id b1 for what was published before, b2 for the others."""
    world: World = {}
    for name, table in SOURCE_TABLES.items():
        rows = rows_of(name)
        last_key = table.key[-1]
        world[name] = [{**row, "batch_id": "b1" if (name, row[last_key]) in PUBLISHED else "b2"} for row in rows]
    world["batch_file"] = [{"batch_id": "b2", **row} for row in cells(FILES)]
    world["reject"] = [{"batch_id": "b2", **row} for row in cells(REJECTS)]
    world["column"] = [{"batch_id": "b2", "table_name": "psn_d", "column_name": "gend", "is_declared": "1"}]
    return world


def rows_of(name: str) -> Rows:
    """The rows of a table with every required column."""
    text = TABLES[name]
    if name in UPRIGHT:
        lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
        rows = [dict(zip((line[0] for line in lines), column, strict=True)) for column in list(zip(*lines, strict=True))[1:]]
    else:
        rows = cells(text)
    required = {c.name: DEFAULTS[c.name] for c in SOURCE_TABLES[name].columns if c.required and c.name in DEFAULTS}
    return [{column: PERSONS.get(value, value) for column, value in (required | row).items()} for row in rows]


def changed(world: World, table: str, place: int = 0, **values: str) -> World:
    """The world with other values in one row of the table."""
    other = copy.deepcopy(world)
    other[table][place].update(values)
    return other


def added(world: World, table: str, place: int = 0, **values: str) -> World:
    """The world with one more row: a copy of another with other values."""
    other = copy.deepcopy(world)
    other[table].append({**other[table][place], **values})
    return other


def settled_days(first: date, days: int, each: int, batch_id: str, institution: str = "h1") -> Rows:
    """So many settlements of an institution on each day."""
    rows = []
    for place in range(days):
        day = first + timedelta(days=place)
        for number in range(each):
            rows.append({"setl_id": f"{institution}-{day}-{number}", "setl_time": f"{day} 09:00:00"})
    return [{**row, "fixmedins_code": institution, "batch_id": batch_id} for row in rows]


def measured(world: World, engine: Engine | None = None, **other_places: str) -> dict[str, Measure]:
    """By "<table>.<check>" what the suites measure of batch b2."""
    chosen = engine or DuckEngine()
    for name, table in SOURCE_TABLES.items():
        rows = world.get(name, [])
        for relation, kept in ((name, rows), (f"new_{name}", [row for row in rows if row["batch_id"] == "b2"])):
            kinds = {column.name: column.kind for column in table.stored}
            columns = {
                column: pa.array([value(row, column, kind) for row in kept], ARROW[kind]) for column, kind in kinds.items()
            }
            chosen.register(relation, pa.table(columns))
    _register_batch(chosen, world)
    settings = load_settings([], environment={})
    present = [name for name in SOURCE_TABLES if world.get(name)]
    filled = places(settings, TODAY, present) | other_places
    found: dict[str, Measure] = {}
    for suite in SOURCE_SUITES.values():
        run(chosen, statements(suite, filled))
        counts = {name: chosen.arrow(name).to_pylist() for _, _, name, _ in relation_names(suite)}
        for measure in measures(suite, counts, ["b2"]):
            found[f"{measure.table}.{measure.check.id}"] = measure
    return found


def value(row: Mapping[str, str], column: str, kind: str) -> Any:
    """The value as the lake holds it: an amount that is not sent is 0.00."""
    return typed(row.get(column) or ("0.00" if kind == "money" else ""), kind)


def faults(found: Mapping[str, Measure]) -> dict[str, int | None]:
    """The checks with faults, and how many."""
    return {name: measure.faults for name, measure in found.items() if measure.faults}


def _register_batch(engine: Engine, world: World) -> None:
    files = [{**row, "rows_read": int(row["rows_read"]), "warnings": int(row["warnings"])} for row in world.get("batch_file", [])]
    schema = pa.schema([("batch_id", pa.string()), ("file", pa.string()), ("rows_read", pa.int64()), ("warnings", pa.int64())])
    engine.register("new_batch_file", pa.Table.from_pylist(files, schema))
    rejects = [{**row, "is_orphan": row["is_orphan"] == "1"} for row in world.get("reject", [])]
    schema = pa.schema([("batch_id", pa.string()), ("file", pa.string()), ("is_orphan", pa.bool_())])
    engine.register("new_reject", pa.Table.from_pylist(rejects, schema))
    columns = [{**row, "is_declared": row["is_declared"] == "1"} for row in world.get("column", [])]
    names = [("batch_id", pa.string()), ("table_name", pa.string()), ("column_name", pa.string()), ("is_declared", pa.bool_())]
    engine.register("stored_column", pa.Table.from_pylist(columns, pa.schema(names)))
    engine.register("national_diagnosis", pa.table({"code": ["J18.900"]}))
    engine.register("national_operation", pa.table({"code": ["33.2400"]}))
