"""What the gate looks at, and what it sets aside, over a lake that grows by batches; both engines measure the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from expectations.verdict import Asked, verdicts
from jobs.gate.pending import pending
from jobs.gate.places import limits
from jobs.gate.sources import Judged, measure_sources
from jobs.ingest import current_rows, ingest
from jobs.ingest.quarantine import quarantine
from lake.publications import last, publish
from lake.store import Lake
from lake.tables import BATCH_FILE, FEE_LIST_D, REJECTS
from tests.ingest.landing import land
from tests.jobs.nights import BUSINESS_DATE, settings_of

# b1: line a waits for its visit m2, and is settled with m1 (s1); line b is negative and reverses nothing.
FIRST = {
    "mdtrt_d": "mdtrt_id\nm1",
    "setl_d": "setl_id | mdtrt_id\ns1 | m1",
    "fee_list_d": """
        mdtrt_id | feedetl_sn | cnt | det_item_fee_sumamt | inscp_scp_amt
        m1       | b          | 1   | -10.00              | -10.00
        m1       | c          | 1   | 10.00               | 10.00
        m2       | a          | 1   | -10.00              | 10.00
        """,
}
SECOND = {"mdtrt_d": "mdtrt_id\nm2"}


def load(lake: Lake, landing: Path, batch_id: str, tables: dict[str, str]) -> None:
    for table, text in tables.items():
        land(landing, batch_id, table, text)
    ingest(lake, landing, "clear", None)


def judged(lake: Lake, engine: str) -> Judged:
    published = last(lake)
    settings = settings_of(f"audit.engine={engine}")
    return measure_sources(lake, settings, BUSINESS_DATE, pending(lake, published), published)


def as_it_is(asked: Mapping[str, Asked]) -> dict[str, dict[str, bool | None]]:
    """What Great Expectations says where it runs (tests/expectations/test_verdict.py)."""
    return {
        table: {check: all(row[check] <= limit for row in of.rows) for check, limit in of.limits.items()}
        for table, of in asked.items()
    }


def set_aside(lake: Lake, batch_ids: list[str]) -> list[tuple[str, int, str]]:
    """Quarantines what is found; all rejects as batch, line, reason."""
    aside = judged(lake, "duckdb").aside.to_pylist()
    quarantine(lake, lake.spark.createDataFrame(aside, REJECTS.spark_schema()), batch_ids)
    return sorted((row.batch_id, row.line_no, row.reason) for row in lake.read(REJECTS).collect())


def lines(lake: Lake) -> list[str]:
    return sorted(row.feedetl_sn for row in current_rows(lake, FEE_LIST_D).collect())


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


def test_a_quarantined_row_is_stored_counted_and_out_of_what_is_in_force(lake: Lake, landing: Path) -> None:
    load(lake, landing, "b1", FIRST)
    both = [("b1", 2, "GATE_NEGATIVE"), ("b1", 4, "NO_SUCH_VISIT")]

    assert set_aside(lake, ["b1"]) == both
    written = lake.versions()
    assert set_aside(lake, ["b1"]) == both
    assert lake.versions() == written
    assert (lines(lake), lake.read(FEE_LIST_D).count()) == (["c"], 3)
    (file,) = lake.read(BATCH_FILE).where("table_name = 'fee_list_d'").collect()
    assert (file.rows_read, file.rows_kept, file.rows_rejected) == (3, 1, 2)

    # Sent again with another amount, the row is no reject of the gate any more.
    land(landing, "b1", "fee_list_d", FIRST["fee_list_d"].replace("-10.00              | -10.00", "10.00 | 10.00"))
    ingest(lake, landing, "clear", None)
    assert set_aside(lake, ["b1"]) == [("b1", 4, "NO_SUCH_VISIT")]
    assert lines(lake) == ["b", "c"]


def test_a_row_that_comes_back_passes_the_gate_with_the_batch_that_brought_it_back(lake: Lake, landing: Path) -> None:
    load(lake, landing, "b1", FIRST)
    assert pending(lake, None).tables["fee_list_d"] == {"b1"}
    publish(lake, BUSINESS_DATE, "2025-03", [], "", "")
    assert not pending(lake, last(lake))

    load(lake, landing, "b2", SECOND)

    waiting = pending(lake, last(lake))
    assert (list(waiting.batches), waiting.tables) == (["b2"], {"mdtrt_d": {"b2"}, "fee_list_d": {"b1"}})
    assert [tuple(row.values()) for row in waiting.returned.to_pylist()] == [("b1", "fee_list_d.csv", 4, "fee_list_d")]
    embedded, spark = judged(lake, "duckdb"), judged(lake, "spark")
    assert embedded == spark
    judgements = verdicts(embedded.measures, limits(settings_of()), (), as_it_is)
    assert {(v.measure.part, v.measure.check.id, v.state) for v in judgements if v.measure.faults} == {
        ("b1", "product", "warned"),
        ("b1", "negative", "set_aside"),
        ("b1", "other_visit", "warned"),
        ("b2", "same_content", "warned"),
    }
    (negative,) = [measure for measure in embedded.measures if measure.check.id == "negative" and measure.table == "fee_list_d"]
    assert (negative.part, negative.rows, negative.faults) == ("b1", 1, 1)
    assert set_aside(lake, ["b2"]) == [("b1", 4, "GATE_NEGATIVE")]
