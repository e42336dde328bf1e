"""The audit as a list of statements: source rows → bills → hits → findings → refuse list, on either engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pyarrow as pa

from lake.tables import SOURCE_TABLES
from rules.bills.bill_line import LINE_STATEMENTS
from rules.bills.dictionary import MED_CODE_TABLES, dictionary_statements
from rules.bills.facts import fact_statements, institution_statement
from rules.catalogue import RULE_TYPES
from rules.engines import Engine, Statement
from rules.findings import finding_statements
from rules.refuse import refuse_statements
from rules.rule_type import RuleType
from rules.shapes import SHAPES

# Source tables that the statements read under a raw name, because the relation of their own name adds code_key.
CODED_TABLES = tuple(name for name in MED_CODE_TABLES if name != "fee_list_d")

_CODED = """
SELECT raw.*, code_dict.code_key
FROM raw_{table} AS raw
LEFT JOIN code_dict ON code_dict.kind = 'med' AND code_dict.code = raw.med_list_codg
"""


@dataclass(frozen=True)
class Region:
    """What differs by place: how codes of visits and levels are read (contract, section 4)."""

    med_class: Mapping[str, str]
    hosp_rank: Mapping[int, int]
    inpatient_prefixes: Sequence[str]
    dose_frequency: Mapping[str, Fraction]


@dataclass(frozen=True)
class JudgedMonth:
    """A month to judge, YYYY-MM, and the day up to which waiting times are over."""

    month: str
    as_of: date


def bill_statements(region: Region) -> list[tuple[str, str]]:
    """Statements for ``code_dict``, the facts, ``bill_line`` and ``bill_visit`` from the current source rows."""
    coded = [(table, _CODED.format(table=table)) for table in CODED_TABLES]
    facts = fact_statements(region.med_class, region.hosp_rank, region.inpatient_prefixes)
    return [*dictionary_statements(), *coded, *facts, *LINE_STATEMENTS]


def context(history_from: date, present_tables: Collection[str]) -> dict[str, str]:
    """The places of a shape's text that depend on the lake: history_from and has_<table>."""
    places = {"history_from": f"DATE '{history_from.isoformat()}'"}
    return places | {f"has_{table}": "TRUE" if table in present_tables else "FALSE" for table in SOURCE_TABLES}


def audit_statements(
    region: Region, history_from: date, present_tables: Collection[str], rulebook_ver: str, include_drg: bool,
    types: Mapping[str, RuleType] = RULE_TYPES,
) -> list[Statement]:  # fmt: skip
    """Statements for hit_<shape> of every shape of ``types``, ``finding``, ``finding_detl`` and ``refuse_list``.

    Reads ``line``, ``visit``, ``settlement``, ``institution``, ``task``, ``dose_frequency``, the compiled rules and the
    other source tables.
    """
    places = context(history_from, present_tables)
    statements: list[Statement] = []
    wanted = {rule.shape for rule in types.values()}
    shapes = [shape for shape in SHAPES if shape.name in wanted]
    for shape in shapes:
        statements += shape.render(types.values(), places)
    statements += finding_statements(types.values(), [shape.name for shape in shapes], rulebook_ver)
    return statements + refuse_statements(include_drg)


def register_tasks(engine: Engine, region: Region, months: Iterable[JudgedMonth]) -> None:
    """Makes ``task`` (one row per judged month) and ``dose_frequency`` (text, times a day as a fraction)."""
    rows = list(months)
    first_days = [date.fromisoformat(row.month + "-01") for row in rows]
    next_months = [date(day.year + day.month // 12, day.month % 12 + 1, 1) for day in first_days]
    last_days = [date.fromordinal(day.toordinal() - 1) for day in next_months]
    engine.register(
        "task",
        pa.table(
            {
                "month": pa.array([row.month for row in rows], pa.string()),
                "month_beg": pa.array(first_days, pa.date32()),
                "month_end": pa.array(last_days, pa.date32()),
                "as_of": pa.array([row.as_of for row in rows], pa.date32()),
            }
        ),
    )
    frequencies = sorted(region.dose_frequency.items())
    engine.register(
        "dose_frequency",
        pa.table(
            {
                "frequency": pa.array([text.strip().upper() for text, _ in frequencies], pa.string()),
                "times": pa.array([times.numerator for _, times in frequencies], pa.int64()),
                "per_days": pa.array([times.denominator for _, times in frequencies], pa.int64()),
            }
        ),
    )


def source_statements(region: Region) -> list[tuple[str, str]]:
    """Statements for ``institution`` and the coded tables: what shapes read beside the bills."""
    coded = [(table, _CODED.format(table=table)) for table in CODED_TABLES]
    return [*coded, institution_statement(region.hosp_rank)]
