"""A small county over two nights, in rows written by hand: what lands, and under which rules."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.landing import cells, land
from tests.java import SMALL_COMPILER
from tests.rules.rulebooks import csv_file

# m0: an outpatient visit in February, a man with two items for women.
FEBRUARY = {
    "mdtrt_d": """
        mdtrt_id | psn_no | med_type | begntime            | endtime             | dscg_way
        m0       | p1     | 11       | 2025-02-10 08:00:00 | 2025-02-10 10:00:00 |
        """,
    "setl_d": """
        setl_id | mdtrt_id | psn_no | med_type | gend | setl_time           | medfee_sumamt | inscp_scp_amt | fund_pay_sumamt
        s0      | m0       | p1     | 11       | 1    | 2025-02-10 10:00:00 | 50.00         | 46.00         | 23.00
        """,
    "fee_list_d": """
        mdtrt_id | feedetl_sn | setl_id | psn_no | med_list_codg | hilist_name | fee_ocur_time       | cnt | pric  | det_item_fee_sumamt | inscp_scp_amt
        m0       | a          | s0      | p1     | XA01          | 妇科洗液    | 2025-02-10 09:00:00 | 2   | 10.00 | 20.00               | 16.00
        m0       | b          | s0      | p1     | XA02          | 黄体酮      | 2025-02-10 09:01:00 | 1   | 30.00 | 30.00               | 30.00
        m0       | bad        | s0      | p1     | XA02          | 黄体酮      | 2025-02-10 09:01:00 | x   | 30.00 | 30.00               | 30.00
        """,  # noqa: E501 - a table reads best whole
    "diag_d": """
        mdtrt_id | diag_srt_no | diag_code | maindiag_flag
        m0       | 1           | J18.900   | 1
        """,
}
# March: half of line a is given back, line b was cheaper, and p2 is admitted twice in a week.
MARCH = {
    "mdtrt_d": """
        mdtrt_id | psn_no | med_type | begntime            | endtime             | dscg_way
        m1       | p2     | 21       | 2025-03-01 08:00:00 | 2025-03-05 10:00:00 | 1
        m2       | p2     | 21       | 2025-03-08 08:00:00 | 2025-03-12 10:00:00 | 1
        m3       | p1     | 11       | 2025-03-20 08:00:00 | 2025-03-20 10:00:00 |
        """,
    "setl_d": """
        setl_id | mdtrt_id | psn_no | med_type | gend | setl_time           | medfee_sumamt | inscp_scp_amt | fund_pay_sumamt
        s1      | m1       | p2     | 21       | 2    | 2025-03-05 10:00:00 | 500.00        | 500.00        | 400.00
        s2      | m2       | p2     | 21       | 2    | 2025-03-12 10:00:00 | 400.00        | 400.00        | 300.00
        s3      | m3       | p1     | 11       | 1    | 2025-03-20 10:00:00 | 10.00         | 8.00          | 4.00
        """,
    "fee_list_d": """
        mdtrt_id | feedetl_sn | setl_id | psn_no | med_list_codg | hilist_name | fee_ocur_time       | cnt | pric   | det_item_fee_sumamt | inscp_scp_amt | init_feedetl_sn
        m0       | a-back     | s0      | p1     | XA01          | 妇科洗液    | 2025-02-11 09:00:00 | -1  | 10.00  | -10.00              | -8.00         | a
        m0       | b          | s0      | p1     | XA02          | 黄体酮      | 2025-02-10 09:01:00 | 1   | 24.00  | 24.00               | 24.00         |
        m1       | c          | s1      | p2     | XB01          | 阿莫西林    | 2025-03-02 09:00:00 | 50  | 10.00  | 500.00              | 500.00        |
        m2       | d          | s2      | p2     | XB01          | 阿莫西林    | 2025-03-09 09:00:00 | 40  | 10.00  | 400.00              | 400.00        |
        m3       | e          | s3      | p1     | XA01          | 妇科洗液    | 2025-03-20 09:00:00 | 1   | 10.00  | 10.00               | 8.00          |
        """,  # noqa: E501 - a table reads best whole
    "diag_d": """
        mdtrt_id | diag_srt_no | diag_code | maindiag_flag
        m1       | 1           | J18.900   | 1
        m2       | 1           | J18.000   | 1
        m3       | 1           | J18.900   | 1
        """,
}
# April: p2 is admitted again, a week after a stay that began in March, and March's line e is given back.
APRIL = {
    "mdtrt_d": """
        mdtrt_id | psn_no | med_type | begntime            | endtime             | dscg_way
        m4       | p2     | 21       | 2025-03-28 08:00:00 | 2025-04-02 10:00:00 | 1
        m5       | p2     | 21       | 2025-04-08 08:00:00 | 2025-04-12 10:00:00 | 1
        """,
    "setl_d": """
        setl_id | mdtrt_id | psn_no | med_type | gend | setl_time           | medfee_sumamt | inscp_scp_amt | fund_pay_sumamt
        s4      | m4       | p2     | 21       | 2    | 2025-04-02 10:00:00 | 300.00        | 300.00        | 200.00
        s5      | m5       | p2     | 21       | 2    | 2025-04-12 10:00:00 | 200.00        | 200.00        | 150.00
        """,
    "fee_list_d": """
        mdtrt_id | feedetl_sn | setl_id | psn_no | med_list_codg | hilist_name | fee_ocur_time       | cnt | pric   | det_item_fee_sumamt | inscp_scp_amt | init_feedetl_sn
        m3       | e-back     | s3      | p1     | XA01          | 妇科洗液    | 2025-04-01 09:00:00 | -1  | 10.00  | -10.00              | -8.00         | e
        m4       | f          | s4      | p2     | XB01          | 阿莫西林    | 2025-03-29 09:00:00 | 30  | 10.00  | 300.00              | 300.00        |
        m5       | g          | s5      | p2     | XB01          | 阿莫西林    | 2025-04-09 09:00:00 | 20  | 10.00  | 200.00              | 200.00        |
        """,  # noqa: E501 - a table reads best whole
    "diag_d": """
        mdtrt_id | diag_srt_no | diag_code | maindiag_flag
        m4       | 1           | J18.900   | 1
        m5       | 1           | J18.100   | 1
        """,
}
BATCHES = {"b1": FEBRUARY, "b2": MARCH, "b3": APRIL}
WOMEN_ONLY = """
    rule_id | rule_ver | med_list_codg | allowed_gend
    R1      | 1        | XA01          | 2
    R2      | 1        | XA02          | 2
    R3      | 1        | XA02          | 9
    """
TWO_STAYS = """
    rule_id | rule_ver | gap_days | link        | diag_rule
    T1      | 1        | 10       | institution | icd3
    """
# One core, the tests' session as it is, and persons as they came.
OVERRIDES = (
    "identity.mode=clear",
    "sample_share=0",
    "features.nightly=false",
    "spark.master=local[1]",
    "spark.driver_memory=1g",
    "spark.shuffle_partitions=1",
    "spark.conf.spark.sql.adaptive.enabled=false",
)
# Of nights as processes: each sort and each hash table begins with a page, of 64 MB by default.
SMALL_JVM = (
    f"spark.conf.spark.driver.defaultJavaOptions={SMALL_COMPILER}",
    "spark.conf.spark.buffer.pageSize=1m",
)


def land_batches(landing: Path, *batch_ids: str) -> Path:
    """The landing folder with these batches in it."""
    for batch_id in batch_ids:
        for table, text in BATCHES[batch_id].items():
            land(landing, batch_id, table, text)
    return landing


def write_rules(folder: Path, women_only: str = WOMEN_ONLY) -> Path:
    """The rule folder."""
    folder.mkdir(parents=True, exist_ok=True)
    csv_file(folder, "V02", cells(women_only))
    csv_file(folder, "S01", cells(TWO_STAYS))
    return folder
