"""The generated pages of docs/features: what each feature means, in what unit, and what it is made of."""

from __future__ import annotations

from jobs.markdown import MADE, grid
from lake.tables import FEATURE_TABLES
from lake.tables.feature import Feature, features_of
from lake.tables.schema import SPARK_TYPES, Table

ABOUT = """A row of month m holds what was known by the end of m ([0122](../decisions/0122-features-as-each-month-knew-them.md)).
A rate names the column with its count: it is drawn towards the rate of all, and is missing where the count is 0. Units are those
that reasons use; a model's case has these features with the prefix `visit_`, `doctor_` or `institution_`. How they are
made: [features](../../features/README.md)."""


def feature_pages() -> dict[str, str]:
    """Every page under docs/features with its text."""
    return {"README.md": _index()} | {f"{name}.md": _page(table) for name, table in FEATURE_TABLES.items()}


def _index() -> str:
    rows = [[f"[{name}]({name}.md)", table.meaning, str(len(features_of(table)))] for name, table in FEATURE_TABLES.items()]
    return "\n\n".join(["# Features", MADE, ABOUT, grid(["table", "a row is", "features"], rows)]) + "\n"


def _page(table: Table) -> str:
    rows = [_row(feature) for feature in features_of(table)]
    head = ["feature", "in reasons", "meaning", "unit", "made of", "count", "type"]
    intro = f"{table.meaning[0].upper()}{table.meaning[1:]}. The columns that name the row: [table](../tables/{table.name}.md)."
    return "\n\n".join([f"# Features of {table.name}", MADE, intro, grid(head, rows)]) + "\n"


def _row(feature: Feature) -> list[str]:
    count = f"`{feature.count}`" if feature.count else ""
    kind = SPARK_TYPES[feature.kind]
    return [f"`{feature.name}`", feature.name_zh, feature.meaning, feature.unit, feature.source, count, kind]
