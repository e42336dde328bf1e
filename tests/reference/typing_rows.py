"""Rows that the lake keeps: keys and mandatory values filled and typed, references resolved, no key twice."""

from __future__ import annotations

from collections import defaultdict

from tests.reference.values import Row, moment, number, text

KEYS: dict[str, tuple[str, ...]] = {
    "setl_d": ("setl_id",),
    "mdtrt_d": ("mdtrt_id",),
    "fee_list_d": ("mdtrt_id", "feedetl_sn"),
    "diag_d": ("mdtrt_id", "diag_srt_no"),
    "oprn_d": ("mdtrt_id", "oprn_srt_no"),
    "psn_d": ("psn_no",),
    "fixmedins_d": ("fixmedins_code",),
    "prac_psn_d": ("prac_psn_code",),
    "drord_d": ("mdtrt_id", "drord_no"),
    "report_d": ("mdtrt_id", "rpotc_no"),
    "record_d": ("mdtrt_id", "rec_sn"),
    "consent_d": ("mdtrt_id", "consent_sn"),
    "onsite_d": ("mdtrt_id", "chk_time"),
    "filing_d": ("filing_id",),
    "inventory_d": ("fixmedins_code", "med_list_codg", "ym"),
    "medins_map_d": ("fixmedins_code", "medins_list_codg"),
}
AMOUNTS: dict[str, tuple[str, ...]] = {
    "setl_d": ("medfee_sumamt", "inscp_scp_amt", "fund_pay_sumamt"),
    "fee_list_d": ("cnt", "det_item_fee_sumamt", "inscp_scp_amt"),
}


def typed(tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The tables without the rows that ingest sets aside; setl_d, mdtrt_d and fee_list_d are always there."""
    kept = {name: _unique(name, [r for r in rows if _filled(name, r)]) for name, rows in tables.items() if name in KEYS}
    for name in ("mdtrt_d", "setl_d", "fee_list_d"):
        kept.setdefault(name, [])
    visits = {r["mdtrt_id"] for r in kept["mdtrt_d"]}
    for name in kept:
        if "mdtrt_id" in KEYS[name] or name == "setl_d":
            kept[name] = [r for r in kept[name] if r.get("mdtrt_id") in visits]
    settlements = {r["setl_id"] for r in kept["setl_d"]}
    lines = [r for r in kept["fee_list_d"] if r["setl_id"] in settlements]
    kept["fee_list_d"] = _without_lone_refunds(lines)
    return kept


def _filled(name: str, row: Row) -> bool:
    has_keys = all(text(row, key) for key in KEYS[name])
    has_amounts = all(number(row, amount) is not None for amount in AMOUNTS.get(name, ()))
    is_whole_line = name != "fee_list_d" or (text(row, "setl_id") is not None and moment(row, "fee_ocur_time") is not None)
    return has_keys and has_amounts and is_whole_line


def _unique(name: str, rows: list[Row]) -> list[Row]:
    """Identical repeats load once; one key with several contents is set aside altogether."""
    by_key: dict[tuple[str | None, ...], list[Row]] = defaultdict(list)
    for row in rows:
        content = {column: value for column, value in row.items() if value}
        same = by_key[tuple(row.get(key) for key in KEYS[name])]
        if content not in [{c: v for c, v in other.items() if v} for other in same]:
            same.append(row)
    return [same[0] for same in by_key.values() if len(same) == 1]


def _without_lone_refunds(lines: list[Row]) -> list[Row]:
    """A refund needs an original in its visit; a negative count without its number has none."""
    originals = {(r["mdtrt_id"], r["feedetl_sn"]) for r in lines if not text(r, "init_feedetl_sn")}
    kept = []
    for row in lines:
        original = text(row, "init_feedetl_sn")
        count = number(row, "cnt")
        is_lone = (row["mdtrt_id"], original) not in originals if original else count is not None and count < 0
        if not is_lone:
            kept.append(row)
    return kept
