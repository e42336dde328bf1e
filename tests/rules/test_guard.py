"""Guards hold back a rule type that would cost the night or flood the auditors."""

import time
from dataclasses import replace
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from rules.engines.duck import DuckEngine
from rules.findings import HIT_COLUMNS
from rules.guard import Guard, candidate_counts, flagged_counts, judge_shape, without
from rules.shapes import SHAPES
from rules.shapes.line import SHAPE as LINE

GUARD = Guard(candidates_per_line=2, flagged_share=Decimal("0.05"), min_lines=100)


def test_a_type_with_too_many_candidates_is_held_back() -> None:
    assert GUARD.too_many_candidates(1000, {"V01": 2000, "V02": 2001}) == {"V02"}


def test_a_type_that_flags_too_large_a_share_is_held_back() -> None:
    assert GUARD.too_many_flagged(1000, {"V01": 50, "V02": 51}) == {"V02"}


def test_a_type_may_have_limits_of_its_own() -> None:
    guard = replace(GUARD, own={"V17": {"flagged_share": Decimal("0.2")}, "V01": {"candidates_per_line": Decimal(1)}})

    assert guard.too_many_flagged(1000, {"V01": 51, "V17": 200}) == {"V01"}
    assert guard.too_many_flagged(1000, {"V17": 201}) == {"V17"}
    assert guard.too_many_candidates(1000, {"V01": 1001, "V17": 2000}) == {"V01"}


def test_a_shape_that_takes_too_long_is_stopped_and_has_no_hits() -> None:
    engine = _engine()
    engine.register("number", pa.table({"n": pa.array(range(20_000), pa.int64())}))
    endless = "SELECT sum(a.n * b.n * c.n) AS n FROM number AS a CROSS JOIN number AS b CROSS JOIN number AS c"
    started = time.monotonic()

    assert judge_shape(engine, LINE, [("endless", endless), ("hit_line", "SELECT n FROM endless")], seconds=0.1) is None

    assert time.monotonic() - started < 30
    # Other shapes go on, and the findings are made of all hits.
    assert (engine.arrow("hit_line").num_rows, engine.arrow("hit_line").column_names) == (0, list(HIT_COLUMNS))
    engine.sql("counted", "SELECT count(*) AS n FROM number")
    assert engine.arrow("counted").to_pylist() == [{"n": 20_000}]


def test_a_shape_within_its_seconds_keeps_its_hits() -> None:
    engine = _engine()
    text = "SELECT rule_key, 'M1' AS mdtrt_id, 'a' AS feedetl_sn, 1 AS item_type FROM line_rule WHERE rule_key = 3"

    assert judge_shape(engine, LINE, [("hit_line", text)], seconds=60) == {"V05": 1}


def test_an_error_of_a_statement_is_no_time_limit() -> None:
    with pytest.raises(duckdb.CatalogException):
        judge_shape(_engine(), LINE, [("hit_line", "SELECT n FROM nowhere")], seconds=60)


def test_guards_do_not_act_on_a_few_lines() -> None:
    assert GUARD.too_many_candidates(100, {"V01": 10_000}) == set()
    assert GUARD.too_many_flagged(100, {"V01": 100}) == set()


def test_a_candidate_is_a_judged_line_and_a_rule_row_that_names_its_code() -> None:
    engine = _engine()

    lines, candidates = candidate_counts(engine, _compiled())

    # Two judged lines bear code 1, which rules 1 and 2 of V02 and rule 3 of V05 name; March 2024 is not judged.
    assert (lines, candidates) == (3, {"V02": 4, "V05": 2})


def test_only_lines_at_fault_are_flagged_and_each_once() -> None:
    engine = _engine()
    engine.register(
        "hit_line",
        pa.table(
            {
                "rule_key": pa.array([1, 2, 2, 3], pa.int32()),
                "mdtrt_id": ["M1", "M1", "M1", "M1"],
                "feedetl_sn": ["a", "a", "b", "a"],
                "item_type": pa.array([1, 1, 2, 2], pa.int32()),
            }
        ),
    )

    assert flagged_counts(engine, "line") == {"V02": 1}


def test_a_held_type_leaves_every_compiled_relation() -> None:
    kept = without(_compiled(), {"V02"})

    assert kept["rule_meta"]["rule_type_id"].to_pylist() == ["V05"]
    assert kept["line_target"]["rule_key"].to_pylist() == [3]


def _compiled() -> dict[str, pa.Table]:
    meta = pa.table({"rule_key": pa.array([1, 2, 3], pa.int32()), "rule_type_id": ["V02", "V02", "V05"]})
    target = pa.table({"rule_key": pa.array([1, 2, 3], pa.int32()), "code_key": pa.array([1, 1, 1], pa.int32())})
    none = {f"{shape.name}_{part}": rows.slice(0, 0) for shape in SHAPES for part, rows in (("rule", meta), ("target", target))}
    return none | {"rule_meta": meta, "line_rule": meta, "line_target": target}


def _engine() -> DuckEngine:
    engine = DuckEngine(threads=1)
    engine.register("task", pa.table({"month": ["2025-03"]}))
    months = ["2025-03", "2025-03", "2025-03", "2024-03"]
    engine.register("line", pa.table({"month": months, "code_key": pa.array([1, 1, 2, 1], pa.int32())}))
    for name, rows in _compiled().items():
        engine.register(name, rows)
    return engine
