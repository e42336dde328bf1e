"""A drawn county that comes in monthly batches: bills, given back and corrected later, and its feature tables by any batch."""

from __future__ import annotations

from random import Random
from typing import Any

import pyarrow as pa

from jobs.feature_inputs import asked_rows, window_of
from jobs.known import known_relations
from lake.tables import BILL_LINE, BILL_VISIT, SOURCE_TABLES
from rules.engines import Engine, run
from rules.engines.duck import DuckEngine
from rules.judge import CODED_TABLES, bill_statements
from tests.duck import ARROW, REGION, typed
from tests.features.world import SMALL, Row, register_small, tables_of

MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05")
ITEMS = (("XA01", "101", "09"), ("XA02", "101", "09"), ("TR01", "201", "03"), ("TR02", "201", "05"), ("HC01", "301", "08"))
KINDS = ("11", "11", "11", "21", "41", "14")
ORIGIN = {"batch_id": "string", "file": "string", "line_no": "bigint"}

Batches = dict[str, dict[str, list[Row]]]


def drawn(seed: int, visits: int = 60) -> Batches:
    """Rows by batch and table. A batch is named after its month; a third of the visits are touched again by a later one."""
    random = Random(seed)  # noqa: S311 - a drawn county is no secret
    batches: Batches = {month: {} for month in MONTHS}
    batches[MONTHS[0]]["fixmedins_d"] = [
        {"fixmedins_code": f"h{n}", "fixmedins_type": "1", "hosp_lv": str(2 + 3 * n), "aprv_bed_cnt": "5"} for n in range(3)
    ]
    # An institution gets more beds in March.
    batches[MONTHS[2]]["fixmedins_d"] = [{"fixmedins_code": "h0", "fixmedins_type": "1", "hosp_lv": "2", "aprv_bed_cnt": "9"}]
    batches[MONTHS[0]]["catalog_d"] = [{"med_list_codg": "XA02", "name": "头孢", "atc": "J01DC"}]
    # Who the doctors are themselves: of d2 March tells somebody else, of d3 it tells something for the first time.
    batches[MONTHS[0]]["prac_psn_d"] = [{"prac_psn_code": "d1", "psn_no": "p1"}, {"prac_psn_code": "d2", "psn_no": "p2"},
                                        {"prac_psn_code": "d3"}]  # fmt: skip
    batches[MONTHS[2]]["prac_psn_d"] = [{"prac_psn_code": "d2", "psn_no": "p3"}, {"prac_psn_code": "d3", "psn_no": "p3"}]
    _add(batches[MONTHS[1]], _stay("own1", MONTHS[1], "p1", "2025-01-04", "2025-02-26"))
    _add(batches[MONTHS[3]], _stay("own3", MONTHS[3], "p3", "2025-03-02", "2025-04-28"))
    for number in range(visits):
        place = random.randrange(len(MONTHS))
        bill = _bill(random, f"v{number}", MONTHS[place])
        _add(batches[MONTHS[place]], bill)
        if place + 1 < len(MONTHS) and random.random() < 0.4:
            later = MONTHS[random.randrange(place + 1, len(MONTHS))]
            _add(batches[later], _afterwards(random, bill, later))
    for month in MONTHS:
        batches[month]["inventory_d"] = [
            {"fixmedins_code": f"h{n}", "med_list_codg": "XA01", "ym": month, "buy_cnt": "10", "buy_net_cnt": str(n * 3)}
            for n in range(3)
        ]
    return batches


def _bill(random: Random, visit: str, month: str) -> dict[str, list[Row]]:
    """A visit with one settlement and a few lines."""
    day, kind, place = random.randrange(5, 25), random.choice(KINDS), f"h{random.randrange(3)}"
    began, ended = f"{month}-{day - 4 * (kind == '21'):02d} 08:00:00", f"{month}-{day:02d} 18:00:00"
    person = f"p{random.randrange(8)}"
    named = {"mdtrt_id": visit, "psn_no": person, "fixmedins_code": place, "med_type": kind}
    lines = []
    for number in range(random.randrange(1, 5)):
        code, list_type, category = random.choice(ITEMS)
        lines.append(
            {
                **named,
                "feedetl_sn": f"f{number}",
                "setl_id": f"s-{visit}",
                "list_type": list_type,
                "med_list_codg": code,
                "med_chrgitm_type": category,
                "fee_ocur_time": f"{month}-{day:02d} {random.randrange(24):02d}:30:00",
                "cnt": "4",
                "pric": "10.00",
                "det_item_fee_sumamt": "40.00",
                "inscp_scp_amt": str(random.randrange(41)),
                "bilg_dr_codg": random.choice(("d1", "d2", "d3", "")),
                "prd_days": "30" if list_type == "101" else "",
                "lmt_used_flag": str(random.randrange(2)),
                "hosp_appr_flag": str(random.randrange(3)),
                "vali_flag": "1",
            }
        )
    settled = {
        **named, "setl_id": f"s-{visit}", "gend": "1", "brdy": "1980-01-01", "insutype": "310", "insu_admdvs": "310101",
        "setl_time": ended, "medfee_sumamt": "40.00", "inscp_scp_amt": "40.00", "fund_pay_sumamt": str(random.randrange(40)),
        "pay_loc": random.choice(("1", "1", "3")), "vali_flag": "1",
    }  # fmt: skip
    stayed = {**named, "begntime": began, "endtime": ended, "vali_flag": "1"}
    told = {"mdtrt_id": visit, "diag_srt_no": "1", "diag_code": random.choice(("J18.900", "I10.x00")), "maindiag_flag": "1"}
    return {"mdtrt_d": [stayed], "setl_d": [settled], "fee_list_d": lines, "diag_d": [told]}


def _stay(visit: str, month: str, person: str, admitted: str, discharged: str) -> dict[str, list[Row]]:
    """A stay of this person over these days."""
    bill = _bill(Random(visit), visit, month)  # noqa: S311
    stayed = {"begntime": f"{admitted} 08:00:00", "endtime": f"{discharged} 18:00:00"}
    named = {table: [{**row, "psn_no": person, "med_type": "21"} for row in bill[table]] for table in ("setl_d", "fee_list_d")}
    return {**bill, **named, "mdtrt_d": [{**bill["mdtrt_d"][0], "psn_no": person, "med_type": "21", **stayed}]}


def _afterwards(random: Random, bill: dict[str, list[Row]], month: str) -> dict[str, list[Row]]:
    """What a later batch brings of a visit: a line given back, the settlement reversed, or a row corrected."""
    line, settled = bill["fee_list_d"][0], bill["setl_d"][0]
    match random.randrange(5):
        case 0:
            back = {"feedetl_sn": "back", "init_feedetl_sn": line["feedetl_sn"], "cnt": "-3", "det_item_fee_sumamt": "-30.00",
                    "inscp_scp_amt": "0", "fee_ocur_time": f"{month}-03 09:00:00"}  # fmt: skip
            return {"fee_list_d": [{**line, **back}]}
        case 1:
            reversal = {"setl_id": settled["setl_id"] + "-back", "init_setl_id": settled["setl_id"], "refd_setl_flag": "1",
                        "setl_time": f"{month}-04 09:00:00"}  # fmt: skip
            return {"setl_d": [{**settled, **reversal}]}
        case 2:
            return {"fee_list_d": [{**line, "det_item_fee_sumamt": "12.00", "pric": "3.00", "inscp_scp_amt": "1.00"}]}
        case 3:
            return {"diag_d": [{**bill["diag_d"][0], "diag_code": "E11.900"}]}
        case _:
            return {"mdtrt_d": [{**bill["mdtrt_d"][0], "fixmedins_code": "h1", "vali_flag": str(random.randrange(2))}]}


def _add(batch: dict[str, list[Row]], rows: dict[str, list[Row]]) -> None:
    for table, more in rows.items():
        batch.setdefault(table, []).extend(more)


def features_by(batches: Batches, asked: list[str], engine: Engine | None = None, **small: list[Row]) -> dict[str, Any]:
    """The feature tables of a lake into which these batches were loaded."""
    stored = stored_rows(batches)
    bills = _bills_now(stored)
    made = engine or DuckEngine(threads=1)
    window = window_of(asked)
    for name, rows in stored.items():
        made.register(f"every_{name}", rows)
    for name, table in (("line", BILL_LINE), ("visit", BILL_VISIT)):
        made.register(f"every_{name}", bills.arrow(f"bill_{name}").select(table.names))
    for name in ("psn_d", "fixmedins_d"):
        made.register(name, in_force(stored[name], SOURCE_TABLES[name].key))
    made.register("code_dict", bills.arrow("code_dict"))
    made.register("set_aside", _NOTHING_ASIDE)
    made.register("loaded_batch", pa.table({"batch_id": sorted(batches)}))
    made.register("wanted_month", pa.table({"month": list(window.months)}))
    made.register("asked", asked_rows(window))
    known_relations(made, REGION)  # type: ignore[arg-type]  # either engine
    register_small(made, {name for name in SMALL if name in ("antibiotic", "day_off", "found", "finding_conclusion")}, small)
    made.sql("lake_start", "SELECT CAST(2025 * 12 + 1 AS INT) AS month_no")
    return tables_of(made)


_NOTHING_ASIDE = pa.schema(
    {"table_name": pa.string(), "batch_id": pa.string(), "file": pa.string(), "line_no": pa.int64()}
).empty_table()


def stored_rows(batches: Batches) -> dict[str, pa.Table]:
    """Every row of every source table, with where it came from."""
    found = {}
    for name, table in SOURCE_TABLES.items():
        rows = [
            {**row, "batch_id": batch, "file": f"{name}.csv", "line_no": str(at)}
            for batch, tables in sorted(batches.items())
            for at, row in enumerate(tables.get(name, []), 2)
        ]
        found[name] = pa.table(
            {c.name: pa.array([typed(row.get(c.name), c.kind) for row in rows], ARROW[c.kind]) for c in table.stored}
        )
    return found


def in_force(rows: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """Of every key the row of the latest batch."""
    newest = {tuple(row[name] for name in key): row for row in sorted(rows.to_pylist(), key=lambda row: row["batch_id"])}
    return pa.Table.from_pylist(list(newest.values()), rows.schema).drop_columns(list(ORIGIN))


def _bills_now(stored: dict[str, pa.Table]) -> DuckEngine:
    """The bills of the rows in force, as a night makes them."""
    engine = DuckEngine(threads=1)
    for name, table in SOURCE_TABLES.items():
        engine.register(f"raw_{name}" if name in CODED_TABLES else name, in_force(stored[name], table.key))
    known = pa.schema({"kind": pa.string(), "code": pa.string(), "code_key": pa.int32()}).empty_table()
    engine.register("known_code", known)
    run(engine, bill_statements(REGION))
    return engine
