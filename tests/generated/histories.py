"""Histories of bills over nights: what comes late, corrected, refunded, withdrawn or sent anew, and rules that change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from lake.tables import SOURCE_TABLES
from rules.catalogue import RULE_TYPES
from tests.generated.batches import Batch, sample_batch
from tests.generated.merging import merged
from tests.generated.rule_rows import RuleRow
from tests.generated.world import Row

Tables = dict[str, list[Row]]
# Asked for in the nights after the first, which asks for March: a month in it, or one that is judged for the first time.
MONTHS = ("2025-03", "2025-03", "2025-02", "2025-04")
# A row of them is said of everyone: such a night judges the whole, so it is drawn by the night and not by the row.
OF_EVERYONE = ("fixmedins_d", "prac_psn_d", "medins_map_d", "catalog_d")
# Columns that a correction leaves alone: whose row it is.
FIXED = {name: {*table.key, "init_setl_id", "init_feedetl_sn"} for name, table in SOURCE_TABLES.items()}


@dataclass(frozen=True)
class Night:
    """What lies in the landing folder (batch → table → rows, earlier batches too), the rules, and the month asked for."""

    landing: dict[str, Tables]
    rules: list[RuleRow]
    month: str


def drawn_nights(seed: int, histories: int, nights: int = 4, types: Sequence[str] = tuple(RULE_TYPES)) -> list[Night]:
    """The nights of so many histories in one lake, each with persons, visits and institutions of its own.

    Most rows come in the first night; a later one moves a few histories. Rules are those of one history for each of ``types``.
    """
    rnd = Random(f"nights:{seed}")  # noqa: S311
    samples = [sample_batch(types[number % len(types)], seed * 100_000 + number) for number in range(histories)]
    whole = merged([_with_all_tables(sample) for sample in samples])
    rules = [row for row in whole.rules if int(row["rule_id"].split("_")[1]) < len(types)]
    batches = _spread(rnd, whole.tables, nights)
    drawn = []
    for number in range(nights):
        landing = {f"b{at}": batches[at] for at in range(number + 1)}
        if number and rnd.random() < 0.5:
            batches[number - 1] = landing[f"b{number - 1}"] = _sent_anew(rnd, batches[number - 1])
        if number == nights - 2 and rnd.random() < 0.5:
            rules = [row for row in rules if rnd.random() < 0.9]
        drawn.append(Night(landing, rules, rnd.choice(MONTHS) if number else "2025-03"))
    return drawn


def _with_all_tables(batch: Batch) -> Batch:
    """A table that never came is another matter: a night in which one comes first judges the whole."""
    return Batch({name: batch.tables.get(name, []) for name in SOURCE_TABLES}, batch.rules, batch.conf, batch.months)


def _spread(rnd: Random, tables: Tables, nights: int) -> list[Tables]:
    """The rows by the night that brings them, with corrections, refunds and withdrawals of rows that came before."""
    brought: list[Tables] = [{name: [] for name in tables} for _ in range(nights)]
    first = {str(visit["mdtrt_id"]): _first_night(rnd, nights) for visit in tables["mdtrt_d"]}
    everyone_moves = [number for number in range(1, nights) if rnd.random() < 0.15]
    for name, rows in tables.items():
        for row in rows:
            came = first.get(str(row.get("mdtrt_id")), 0)
            if name not in OF_EVERYONE and rnd.random() < 0.03:
                came = _first_night(rnd, nights)  # before or after its visit
            brought[came][name].append(row)
            for number in everyone_moves if name in OF_EVERYONE else range(came + 1, nights):
                if rnd.random() < 0.02:
                    brought[number][name] += _moved(rnd, name, row, rows)
    return [{name: _first_of_key(name, rows) for name, rows in night.items() if rows} for night in brought]


def _first_night(rnd: Random, nights: int) -> int:
    return rnd.choice([0] * 12 + list(range(1, nights)))


def _moved(rnd: Random, name: str, row: Row, others: list[Row]) -> Iterator[Row]:
    """The row withdrawn, refunded, or corrected by values that other rows of its history have."""
    kind = rnd.choice(["withdrawn", "refunded", "corrected", "corrected"])
    if kind == "withdrawn" and "vali_flag" in SOURCE_TABLES[name].names:
        yield row | {"vali_flag": "0"}
    elif kind == "refunded" and name == "fee_list_d":
        back = {column: f"-{row[column]}" for column in ("cnt", "det_item_fee_sumamt", "inscp_scp_amt") if row.get(column)}
        yield row | back | {"feedetl_sn": f"{row['feedetl_sn']}-back", "init_feedetl_sn": row["feedetl_sn"]}
    elif kind == "refunded" and name == "setl_d":
        yield row | {"setl_id": f"{row['setl_id']}-back", "refd_setl_flag": "1", "init_setl_id": row["setl_id"]}
    else:
        like = rnd.choice([other for other in others if _history(other) == _history(row)])
        columns = [column for column in row if column not in FIXED[name]]
        yield row | {column: like.get(column) for column in rnd.sample(columns, min(len(columns), rnd.choice([1, 2, 5])))}


def _history(row: Row) -> str:
    """Which history a row is of: its ids say so; rows of registers that several share are of none."""
    own = row.get("mdtrt_id") or row.get("psn_no") or row.get("fixmedins_code") or row.get("filing_id") or ""
    return own.split("_")[0]


def _sent_anew(rnd: Random, batch: Tables) -> Tables:
    """The batch without some of its lines and diagnoses: what was there is there no more."""
    dropped = ("fee_list_d", "diag_d")
    return {name: [row for row in rows if name not in dropped or rnd.random() < 0.98] or rows for name, rows in batch.items()}


def _first_of_key(name: str, rows: list[Row]) -> list[Row]:
    key = SOURCE_TABLES[name].key
    return list({tuple(row.get(column) for column in key): row for row in reversed(rows)}.values())
