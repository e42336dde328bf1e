"""Batches into a real lake: counts, corrections, references, order, privacy."""

from decimal import Decimal
from pathlib import Path

import pytest

from jobs.ingest import IngestReport, current_rows, ingest
from lake.store import Lake
from lake.tables import BATCH_FILE, FEE_LIST_D, REJECTS, SETL_D
from tests.ingest.landing import land

KEY = b"a key for tests"


@pytest.fixture
def lake(spark, tmp_path) -> Lake:
    return Lake(spark, tmp_path / "lake")


@pytest.fixture
def landing(tmp_path) -> Path:
    return tmp_path / "landing"


def load(lake: Lake, landing: Path) -> IngestReport:
    return ingest(lake, landing, "clear", None)


def stored(frame, *columns: str) -> list[tuple]:
    return sorted((tuple(row) for row in frame.select(*columns).collect()), key=str)


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def rejects(lake: Lake) -> list[tuple]:
    rows = lake.read(REJECTS).orderBy("batch_id", "table_name", "line_no")
    return [tuple(row) for row in rows.select("batch_id", "table_name", "line_no", "column", "reason", "key").collect()]


def counts(lake: Lake) -> list[tuple]:
    return stored(lake.read(BATCH_FILE), "batch_id", "file", "rows_read", "rows_kept", "rows_rejected", "rows_repeated")


def test_every_row_is_kept_set_aside_or_repeated(lake, landing):
    land(landing, "b1", "mdtrt_d", "mdtrt_id\nm1")
    land(landing, "b1", "setl_d", "setl_id | mdtrt_id | hifp_pay | brdy\ns1 | m1 | | 1980-2-30")
    land(
        landing,
        "b1",
        "fee_list_d",
        """
        feedetl_sn | mdtrt_id | setl_id | cnt   | fee_ocur_time       | det_item_fee_sumamt | init_feedetl_sn | pric
        ok         | m1       | s1      | 2     | 2025-03-02 10:00:00 | 10.5                |                 | 1,000
        twice      | m1       | s1      | 1.0   | 2025-03-02 10:00:00 | 10.00               |                 | 10
        twice      | m1       | s1      | 1.000 | 2025-03-02 10:00:00 | 10                  |                 | 10.0
        fight      | m1       | s1      | 1     | 2025-03-02 10:00:00 | 10.00               |                 | 10
        fight      | m1       | s1      | 1     | 2025-03-02 10:00:00 | 10.00               |                 |
        refund     | m1       | s1      | -1    | 2025-03-02 10:00:00 | -5.25               | ok              | 10
        unnamed    | m1       | s1      | -1    | 2025-03-02 10:00:00 | -5.25               |                 | 10
        unmatched  | m1       | s1      | -1    | 2025-03-02 10:00:00 | -5.25               | gone            | 10
        cents      | m1       | s1      | 1     | 2025-03-02 10:00:00 | 12.345              |                 | 10
        day        | m1       | s1      | 1     | 2025-02-30 10:00:00 | 10.00               |                 | 10
                   | m1       | s1      | 1     | 2025-03-02 10:00:00 | 10.00               |                 | 10
        nobody     | m9       | s1      | 1     | 2025-03-02 10:00:00 | 10.00               |                 | 10
        nowhere    | m1       | s9      | 1     | 2025-03-02 10:00:00 | 10.00               |                 | 10
        """,
    )
    report = load(lake, landing)

    assert stored(current_rows(lake, FEE_LIST_D), "feedetl_sn", "cnt", "det_item_fee_sumamt", "pric") == [
        ("ok", *decimals("2.0000", "10.50"), None),
        ("refund", *decimals("-1.0000", "-5.25", "10.000000")),
        ("twice", *decimals("1.0000", "10.00", "10.000000")),
    ]
    assert rejects(lake) == [
        ("b1", "fee_list_d", 5, "mdtrt_id|feedetl_sn", "KEY_CONFLICT", "m1|fight"),
        ("b1", "fee_list_d", 6, "mdtrt_id|feedetl_sn", "KEY_CONFLICT", "m1|fight"),
        ("b1", "fee_list_d", 8, "init_feedetl_sn", "REFUND_WITHOUT_ORIGINAL", "m1|unnamed"),
        ("b1", "fee_list_d", 9, "init_feedetl_sn", "NO_SUCH_LINE", "m1|unmatched"),
        ("b1", "fee_list_d", 10, "det_item_fee_sumamt", "UNPARSEABLE", "m1|cents"),
        ("b1", "fee_list_d", 11, "fee_ocur_time", "UNPARSEABLE", "m1|day"),
        ("b1", "fee_list_d", 12, "feedetl_sn", "EMPTY", "m1|"),
        ("b1", "fee_list_d", 13, "mdtrt_id", "NO_SUCH_VISIT", "m9|nobody"),
        ("b1", "fee_list_d", 14, "setl_id", "NO_SUCH_SETTLEMENT", "m1|nowhere"),
    ]
    assert counts(lake) == [
        ("b1", "fee_list_d.csv", 13, 3, 9, 1),
        ("b1", "mdtrt_d.csv", 1, 1, 0, 0),
        ("b1", "setl_d.csv", 1, 1, 0, 0),
    ]
    assert report.warnings == (("fee_list_d", "pric", 1), ("setl_d", "brdy", 1))
    assert stored(current_rows(lake, SETL_D), "brdy", "hifp_pay") == [(None, *decimals("0.00"))]
