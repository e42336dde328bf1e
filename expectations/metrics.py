"""From suites to SQL: each pass one relation of claims and one row of counts for each part of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from expectations.check import Check, Pass, Suite
from lake.tables import TABLES

Statement = tuple[str, str]
Consequences = Mapping[str, str]  # "<table>.<check>" → what a site wants instead of the declared consequence


@dataclass(frozen=True)
class Measure:
    """What a check came to in one part: rows of the pass, those it could be asked of, those at fault; None: not computed."""

    table: str
    of: str
    part: str
    check: Check
    rows: int | None
    asked: int | None
    faults: int | None

    @property
    def share(self) -> float | None:
        """Faults among the rows asked; 0 where none could be asked, None where it was not computed."""
        if self.asked is None or self.faults is None:
            return None
        return self.faults / self.asked if self.asked else 0.0


def with_consequences(suite: Suite, wanted: Consequences) -> Suite:
    """The suite with the consequences that a site sets."""

    def as_wanted(check: Check) -> Check:
        return replace(check, consequence=wanted.get(f"{suite.table}.{check.id}", check.consequence))

    passes = [replace(judged, checks=tuple(as_wanted(check) for check in judged.checks)) for judged in suite.passes]
    return replace(suite, passes=tuple(passes))


def relation_names(suite: Suite) -> list[tuple[Pass, str, str, str]]:
    """Of each pass the relations of its claims, its counts and its rows to be set aside."""
    named = [(judged, f"{suite.table}_{place}") for place, judged in enumerate(suite.passes)]
    return [(judged, f"claims_{name}", f"counts_{name}", f"aside_{name}") for judged, name in named]


def statements(suite: Suite, places: Mapping[str, str]) -> list[Statement]:
    """What makes the counts of a suite and the rows that it sets aside."""
    made: list[Statement] = []
    for judged, claims, counts, aside in relation_names(suite):
        made += [(name, text) for name, text in judged.before]
        made += [(claims, _claims(judged, TABLES[suite.table].key)), (counts, _counts(judged, claims))]
        if judged.quarantining:
            made.append((aside, _aside(judged, claims)))
    return [(name, text.format_map(places)) for name, text in made]


def _claims(judged: Pass, key: Sequence[str]) -> str:
    """One row for each row of the pass: its part and each fault as TRUE, FALSE or NULL; its place if it may be set aside."""
    parts = ", '|', ".join(f"coalesce(CAST(this.{name} AS STRING), '')" for name in key)
    origin = ["this.file", "this.line_no", f"concat({parts}) AS row_key"] if judged.quarantining else []
    faults = [f"({check.fault}) AS {_claim(check)}" for check in judged.checks]
    listed = ",\n    ".join([f"{judged.part} AS part", *origin, *faults])
    return f"SELECT {listed}\nFROM {judged.rows}"


def _claim(check: Check) -> str:
    """The column of claims that holds the check's fault."""
    return f"fault_{check.id}"


def _counts(judged: Pass, claims: str) -> str:
    """One row for each part: all rows, and for each check those asked and those at fault."""
    counted = [
        f"count({claim}) AS {claim}_asked, count(CASE WHEN {claim} THEN 1 END) AS {claim}_faults"
        for claim in map(_claim, judged.checks)
    ]
    listed = ",\n    ".join(["part", "count(*) AS all_rows", *counted])
    return f"SELECT {listed}\nFROM {claims}\nGROUP BY part"


def _aside(judged: Pass, claims: str) -> str:
    """The rows to be set aside, each with the first check that it failed."""
    first = " ".join(f"WHEN {_claim(check)} THEN '{check.id}'" for check in judged.quarantining)
    faulty = " OR ".join(map(_claim, judged.quarantining))
    return f"SELECT part AS batch_id, file, line_no, row_key, CASE {first} END AS check_id\nFROM {claims}\nWHERE {faulty}"


def measures(suite: Suite, counts: Mapping[str, Sequence[Mapping[str, Any]]], parts: Collection[str] = ()) -> Iterator[Measure]:
    """The measures of every check; ``counts``: the rows of each relation of counts, by its name.

    A part that a pass has no row of, but ``parts`` or another pass has, has nothing to ask in it. A count that is not there was
    not computed.
    """
    every = sorted({*parts, *(str(row["part"]) for rows in counts.values() for row in rows)})
    for judged, _, name, _ in relation_names(suite):
        found = {str(row["part"]): row for row in counts[name]}
        for part in every:
            for check in judged.checks:
                row = found.get(part)
                columns = ("all_rows", f"{_claim(check)}_asked", f"{_claim(check)}_faults")
                rows, asked, faults = (0, 0, 0) if row is None else (row.get(column) for column in columns)
                yield Measure(suite.table, judged.of, part, check, rows, asked, faults)
