"""Batches into a real lake: counts, corrections, references, order, privacy."""

import hashlib
import hmac
import io
import itertools
import logging
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jobs.ingest import IngestReport, current_rows, ingest
from lake.store import Lake
from lake.tables import BATCH_FILE, FEE_LIST_D, MDTRT_D, REJECTS, SETL_D, TABLES
from tests.ingest.landing import land

KEY = b"a key for tests"
PSEUDONYM = hmac.new(KEY, b"P-0001", hashlib.sha256).hexdigest()
SECRETS = ["张三丰", "310101198001011234", "13800138000", "P-0001"]
ONE_OF_EVERY_KIND = {
    "mdtrt_d": "mdtrt_id | psn_no\nm1 | P-0001",
    "setl_d": "setl_id | mdtrt_id | psn_no | hifp_pay | brdy\ns1 | m1 | P-0001 | | 1980-2-30",
    "psn_d": """
        psn_no | psn_name | certno             | tel         | gend
        P-0001 | 张三丰   | 310101198001011234 | 13800138000 | 1
        P-0001 | 张三丰   | 310101198001011234 | 13800138000 | 2
        """,
    "fee_list_d": """
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
}


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


@pytest.fixture(scope="module")
def one_load(spark, tmp_path_factory) -> tuple[Lake, IngestReport, str]:
    """A batch with one row of every kind, loaded with pseudonyms: the lake, the report and what was logged."""
    folder = tmp_path_factory.mktemp("one_load")
    for table, text in ONE_OF_EVERY_KIND.items():
        land(folder / "landing", "b1", table, text)
    lake, logged = Lake(spark, folder / "lake"), io.StringIO()
    handler = logging.StreamHandler(logged)
    logging.getLogger().addHandler(handler)
    logging.getLogger("fundguard").setLevel(logging.DEBUG)
    report = ingest(lake, folder / "landing", "hmac", KEY)
    logging.getLogger().removeHandler(handler)
    return lake, report, logged.getvalue()


def test_rows_that_can_be_typed_are_in_force(one_load):
    lake, _, _ = one_load
    assert stored(current_rows(lake, FEE_LIST_D), "feedetl_sn", "cnt", "det_item_fee_sumamt", "pric") == [
        ("ok", *decimals("2.0000", "10.50"), None),
        ("refund", *decimals("-1.0000", "-5.25", "10.000000")),
        ("twice", *decimals("1.0000", "10.00", "10.000000")),
    ]
    assert stored(current_rows(lake, SETL_D), "brdy", "hifp_pay") == [(None, *decimals("0.00"))]
    assert stored(current_rows(lake, MDTRT_D), "psn_no") == [(PSEUDONYM,)]


def test_the_others_are_set_aside_with_their_reason(one_load):
    lake, _, _ = one_load
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
        ("b1", "psn_d", 2, "psn_no", "KEY_CONFLICT", PSEUDONYM),
        ("b1", "psn_d", 3, "psn_no", "KEY_CONFLICT", PSEUDONYM),
    ]


def test_counts_add_up_and_warnings_are_named(one_load):
    lake, report, logged = one_load
    assert counts(lake) == [
        ("b1", "fee_list_d.csv", 13, 3, 9, 1),
        ("b1", "mdtrt_d.csv", 1, 1, 0, 0),
        ("b1", "psn_d.csv", 2, 0, 2, 0),
        ("b1", "setl_d.csv", 1, 1, 0, 0),
    ]
    assert report.warnings == (("fee_list_d", "pric", 1), ("setl_d", "brdy", 1))
    assert "b1/fee_list_d.csv: 13 rows read, 3 kept, 9 set aside, 1 repeated" in logged


def test_no_identity_is_found_in_the_lake_or_in_the_log(one_load):
    lake, _, logged = one_load
    files = [path for path in lake.path.rglob("*") if path.is_file()]
    # Pages are compressed: the values of every Parquet file are looked at, beside all bytes.
    values = [str(pq.read_table(path, partitioning=None).to_pydict()) for path in files if path.suffix == ".parquet"]
    written = [path.read_bytes().decode(errors="replace") for path in files] + values + [logged]
    assert any(PSEUDONYM in text for text in written)
    assert [secret for secret in SECRETS if any(secret in text for text in written)] == []
    assert set(lake.read(TABLES["psn_d"]).columns) & {"psn_name", "certno", "tel"} == set()


COUNTY = {
    "b1": {
        "mdtrt_d": "mdtrt_id | fixmedins_code\nm1 | h1",
        "fee_list_d": """
            feedetl_sn | mdtrt_id | setl_id | cnt | det_item_fee_sumamt | init_feedetl_sn
            a          | m1       | s1      | 1   | 10.00               |
            back       | m1       | s1      | -1  | -5.00               | later
            b          | m2       | s2      | 1   | 20.00               |
            """,
    },
    "b2": {
        "setl_d": "setl_id | mdtrt_id | medfee_sumamt\ns1 | m1 | 10.00\ns2 | m2 | 20.00",
        "fee_list_d": """
            feedetl_sn | mdtrt_id | setl_id | cnt | det_item_fee_sumamt
            a          | m1       | s1      | 1   | 11.00
            later      | m1       | s1      | 1   | 5.00
            """,
    },
    "b3": {
        "mdtrt_d": "mdtrt_id | fixmedins_code\nm1 | h2",
        "setl_d": "setl_id | mdtrt_id | medfee_sumamt\ns1 | m9 | 99.00",
    },
}
# m2 never comes, so s2 does not exist and line b has no visit; b3's s1 names no visit, so b2's s1 stays in force.
COUNTY_REJECTS = [
    ("b1", "fee_list_d", 4, "mdtrt_id", "NO_SUCH_VISIT", "m2|b"),
    ("b2", "setl_d", 3, "mdtrt_id", "NO_SUCH_VISIT", "s2"),
    ("b3", "setl_d", 2, "mdtrt_id", "NO_SUCH_VISIT", "s1"),
]
ALL_AT_ONCE = [tuple(COUNTY)]
ONE_BY_ONE = [[(batch_id,) for batch_id in order] for order in itertools.permutations(COUNTY)]
LAST_FIRST = ONE_BY_ONE[-1]
LOADS = [ALL_AT_ONCE, LAST_FIRST, *[pytest.param(loads, marks=pytest.mark.long) for loads in ONE_BY_ONE[:-1]]]


@pytest.mark.parametrize("loads", LOADS, ids=str)
def test_batches_in_any_order_give_the_same_lake(lake, landing, loads):
    for batch_ids in loads:
        for batch_id in batch_ids:
            for table, text in COUNTY[batch_id].items():
                land(landing, batch_id, table, text)
        assert load(lake, landing).batch_ids == set(batch_ids)

    assert rejects(lake) == COUNTY_REJECTS
    assert stored(current_rows(lake, MDTRT_D), "mdtrt_id", "fixmedins_code") == [("m1", "h2")]
    assert stored(current_rows(lake, SETL_D), "setl_id", "mdtrt_id", "batch_id") == [("s1", "m1", "b2")]
    assert stored(current_rows(lake, FEE_LIST_D), "feedetl_sn", "det_item_fee_sumamt", "batch_id") == [
        ("a", *decimals("11.00"), "b2"),
        ("back", *decimals("-5.00"), "b1"),
        ("later", *decimals("5.00"), "b2"),
    ]
    assert counts(lake) == [
        ("b1", "fee_list_d.csv", 3, 2, 1, 0),
        ("b1", "mdtrt_d.csv", 1, 1, 0, 0),
        ("b2", "fee_list_d.csv", 2, 2, 0, 0),
        ("b2", "setl_d.csv", 2, 1, 1, 0),
        ("b3", "mdtrt_d.csv", 1, 1, 0, 0),
        ("b3", "setl_d.csv", 1, 0, 1, 0),
    ]


def test_a_file_is_loaded_once_and_again_only_when_it_changed(lake, landing):
    land(landing, "b1", "mdtrt_d", "mdtrt_id\nm1\nm2")
    land(landing, "b1", "diag_d", "mdtrt_id | diag_code\nm2 | J18")
    load(lake, landing)
    versions = lake.versions()

    again = load(lake, landing)
    assert (again.changed, again.batch_ids, again.touched) == (False, frozenset(), frozenset())
    assert lake.versions() == versions

    # The batch is sent once more without m2: its diagnosis, which did not change, has no visit any more.
    land(landing, "b1", "mdtrt_d", "mdtrt_id\nm1")
    assert load(lake, landing).batch_ids == {"b1"}
    assert stored(current_rows(lake, MDTRT_D), "mdtrt_id") == [("m1",)]
    assert rejects(lake) == [("b1", "diag_d", 2, "mdtrt_id", "NO_SUCH_VISIT", "m2|1")]
    assert counts(lake) == [("b1", "diag_d.csv", 1, 0, 1, 0), ("b1", "mdtrt_d.csv", 1, 1, 0, 0)]
    assert lake.version(TABLES["diag_d"]) == versions["diag_d"]


def test_a_file_sent_again_under_another_name_changes_nothing_in_force(lake, landing):
    lines = "feedetl_sn | mdtrt_id | setl_id | cnt | det_item_fee_sumamt\na | m1 | s1 | 1 | 10.00"
    land(landing, "b1", "mdtrt_d", "mdtrt_id\nm1")
    land(landing, "b1", "setl_d", "setl_id | mdtrt_id\ns1 | m1")
    first = land(landing, "b1", "fee_list_d", lines)
    load(lake, landing)
    before = stored(current_rows(lake, FEE_LIST_D).drop("batch_id"), "mdtrt_id", "feedetl_sn", "det_item_fee_sumamt")

    # In its own batch under a name that no table has, and as another batch.
    (first.parent / "fee_list_d (1).csv").write_bytes(first.read_bytes())
    land(landing, "b2", "fee_list_d", lines)
    report = load(lake, landing)

    assert report.unknown_entries == ("b1/fee_list_d (1).csv",)
    assert stored(current_rows(lake, FEE_LIST_D).drop("batch_id"), "mdtrt_id", "feedetl_sn", "det_item_fee_sumamt") == before
    assert rejects(lake) == []
