"""Guards: one bad rule row must not cost the night or flood the auditors (contract, section 4, ``guard.*``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from rules.engines import Engine, Statement, run
from rules.engines.budget import OverBudget
from rules.findings import HIT_SCHEMA
from rules.shapes import SHAPES
from rules.shapes.shape import Shape

# Pairs of a judged line and a rule row that names its code, per rule type.
_CANDIDATE = """
WITH billed AS (
    SELECT code_key, count(*) AS lines FROM line WHERE month IN (SELECT month FROM task) GROUP BY code_key
),
named AS ({named})
SELECT named.rule_type_id, CAST(sum(billed.lines) AS BIGINT) AS candidates
FROM named
JOIN billed ON billed.code_key = named.code_key
GROUP BY named.rule_type_id
"""

_FLAGGED = """
SELECT rule.rule_type_id, count(DISTINCT concat(hit.mdtrt_id, '|', hit.feedetl_sn)) AS flagged
FROM hit_{shape} AS hit
JOIN rule_meta AS rule ON rule.rule_key = hit.rule_key
WHERE hit.item_type = 1
GROUP BY rule.rule_type_id
"""


# Limits that a rule type may have of its own.
Limit = Literal["candidates_per_line", "flagged_share"]


@dataclass(frozen=True)
class Guard:
    """Limits beyond which a type is held back; they act only above ``min_lines`` judged lines.

    ``own``: rule type → limit by name, where a type has one of its own.
    """

    candidates_per_line: int
    flagged_share: Decimal
    min_lines: int
    own: Mapping[str, Mapping[Limit, Decimal]] = field(default_factory=dict)

    def too_many_candidates(self, judged_lines: int, candidates: Mapping[str, int]) -> set[str]:
        """Types with more candidates for each judged line than allowed."""
        if judged_lines <= self.min_lines:
            return set()
        limit = self.candidates_per_line
        return {
            name
            for name, number in candidates.items()
            if number > judged_lines * self.own.get(name, {}).get("candidates_per_line", limit)
        }

    def too_many_flagged(self, judged_lines: int, flagged: Mapping[str, int]) -> set[str]:
        """Types that flag a larger share of the judged lines than allowed."""
        if judged_lines <= self.min_lines:
            return set()
        limit = self.flagged_share
        return {
            name for name, number in flagged.items() if number > judged_lines * self.own.get(name, {}).get("flagged_share", limit)
        }


def candidate_counts(engine: Engine, compiled: Mapping[str, pa.Table]) -> tuple[int, dict[str, int]]:
    """The number of judged lines, and the candidates of every rule type that names codes."""
    named = " UNION ALL ".join(
        f"SELECT DISTINCT rule.rule_type_id, target.rule_key, target.code_key FROM {shape.name}_target AS target"
        f" JOIN {shape.name}_rule AS rule ON rule.rule_key = target.rule_key"
        for shape in SHAPES
        if f"{shape.name}_target" in compiled
    )
    engine.sql("candidate", _CANDIDATE.format(named=named))
    counts = {row["rule_type_id"]: row["candidates"] for row in engine.arrow("candidate").to_pylist()}
    engine.sql("judged_line", "SELECT count(*) AS lines FROM line WHERE month IN (SELECT month FROM task)")
    return engine.arrow("judged_line").to_pylist()[0]["lines"], counts


def flagged_counts(engine: Engine, shape: str) -> dict[str, int]:
    """The lines and visits at fault under each rule type of a shape whose hits stand."""
    engine.sql(f"flagged_{shape}", _FLAGGED.format(shape=shape))
    return {row["rule_type_id"]: row["flagged"] for row in engine.arrow(f"flagged_{shape}").to_pylist()}


def judge_shape(engine: Engine, shape: Shape, statements: Sequence[Statement], seconds: float) -> dict[str, int] | None:
    """Makes ``hit_<shape>`` within so many seconds; flagged lines by type, or None: it took longer, and there are no hits."""
    hits = f"hit_{shape.name}"
    try:
        with engine.limited(seconds):
            run(engine, statements, kept=(hits,))
            return flagged_counts(engine, shape.name)
    except OverBudget:
        engine.register(hits, HIT_SCHEMA.empty_table())
        return None


def without(compiled: Mapping[str, pa.Table], held: Collection[str]) -> dict[str, pa.Table]:
    """The compiled relations without the rules of the types in ``held``; the same relations if none is."""
    if not held:
        return dict(compiled)
    meta = compiled["rule_meta"]
    kept_keys = meta.filter(pc.invert(pc.is_in(meta["rule_type_id"], pa.array(sorted(held)))))["rule_key"]
    return {name: rows.filter(pc.is_in(rows["rule_key"], kept_keys)) for name, rows in compiled.items()}
