"""What a feature is: a column that a model looks at, declared once with meaning, unit and source. Loads where no Spark runs."""

from __future__ import annotations

from dataclasses import dataclass

from lake.tables.schema import Column, Table

# Units, as pages and reasons name them.
YUAN, SHARE, TIMES, PER_THOUSAND = "元", "占比", "倍", "每千条明细"
LINES, VISITS, STAYS, PERSONS, DAYS, ITEMS = "条", "人次", "住院人次", "人", "天", "个"


@dataclass(frozen=True)
class Feature(Column):
    """A column of a feature table that is no key.

    ``name_zh``: how auditors read it in a reason; ``unit``; ``source``: tables and columns that it is made of;
    ``count``: the column that holds how many cases a rate rests on. A rate with a count is shrunk towards that of all
    (docs/decisions/0122) and is missing where the count is 0.
    """

    name_zh: str = ""
    unit: str = ""
    source: str = ""
    count: str = ""


def feature(name: str, kind: str, meaning: str, name_zh: str, unit: str, source: str, count: str = "") -> Feature:
    """The feature of that name, in the order in which it is spoken of."""
    return Feature(name, kind, meaning, name_zh=name_zh, unit=unit, source=source, count=count)


def features_of(table: Table) -> tuple[Feature, ...]:
    """The features of a table in declared order; what is left are its keys and what joins it."""
    return tuple(column for column in table.columns if isinstance(column, Feature))
