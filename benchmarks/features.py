"""`python -m benchmarks.features`: what the feature tables cost beside plain group-bys of the same lines. LINES=1000000,4000000,
MONTHS=3.

Drawn bills of the window of MONTHS months lie in the embedded engine. In turn, so often as ROUNDS says: four group-bys, one for
each table's key, of the sums that the tables are made of; and all feature statements. Written to benchmarks/features.md.
"""

# What a relation holds reads best in few lines.
# ruff: noqa: E501

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from benchmarks.measure import Cost, measured
from features.lines import SUMS
from features.statements import feature_statements
from jobs.feature_inputs import Window, asked_rows, month_number, window_of
from rules.engines.duck import DuckEngine

LINES = [int(lines) for lines in os.environ.get("LINES", "1000000,4000000").split(",")]
MONTHS = int(os.environ.get("MONTHS", "3"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
LAST = ("2025-10", "2025-11", "2025-12")
# As in the synthetic county: lines of a visit, persons for each visit, institutions and doctors whatever the number of lines.
LINES_OF_VISIT, VISITS_OF_PERSON, INSTITUTIONS, DOCTORS = 10, 8, 45, 1440
KEYS = {"person": "psn_no", "doctor": "bilg_dr_codg", "institution": "fixmedins_code", "visit": "mdtrt_id"}

_VISIT = """
CREATE TABLE visit AS
SELECT month, 'M' || md5(CAST(v AS VARCHAR)) AS mdtrt_id, 'p' || md5(CAST(hash(v, 1) % {persons} AS VARCHAR)) AS psn_no,
    CASE WHEN is_stay OR hash(v, 2) % 8 > 0 THEN 'H' || hash(v, 3) % 30 ELSE 'P' || hash(v, 3) % 15 END AS fixmedins_code,
    CASE WHEN is_stay THEN 'IPT' WHEN hash(v, 2) % 8 = 0 THEN 'PHARM' ELSE 'OTP' END AS visit_class, '310' AS insutype,
    CAST(hash(v, 3) % 4 AS INT) AS hosp_rank, begn_time, begn_time + INTERVAL 1 DAY * CASE WHEN is_stay THEN 7 ELSE 0 END AS end_time,
    DATE '1950-01-01' + CAST(hash(v, 4) % 20000 AS INT) AS brdy, CAST(hash(v, 5) % 100000 AS BIGINT) AS fund_amt,
    hash(v, 6) % 20 = 0 AS has_oprn, [1, 2] AS diag_keys, chr(CAST(65 + hash(v, 7) % 20 AS INT)) || hash(v, 8) % 90 || '.900' AS main_diag,
    CASE WHEN hash(v, 9) % 60 = 0 THEN '3' ELSE '1' END AS pay_loc, 'H' || hash(v, 3) % 30 || 'D' || hash(v, 10) % 48 AS doctor, v
FROM (
    SELECT v, hash(v, 0) % 10 = 0 AS is_stay, {month} AS month,
        CAST({month} || '-01' AS TIMESTAMP) + INTERVAL 1 HOUR * CAST(hash(v, 12) % 600 AS INT) AS begn_time
    FROM range({visits}) AS drawn(v)
)
"""
_LINE = """
CREATE TABLE line AS
SELECT visit.month, visit.mdtrt_id, CAST(n AS VARCHAR) AS feedetl_sn, visit.psn_no, visit.fixmedins_code,
    nullif(CASE WHEN hash(v, n, 1) % 5 = 0 THEN visit.doctor || 'x' ELSE visit.doctor END, '') AS bilg_dr_codg,
    CASE hash(v, n, 2) % 5 WHEN 0 THEN '101' WHEN 1 THEN '102' WHEN 2 THEN '301' ELSE '201' END AS list_type,
    CASE hash(v, n, 3) % 4 WHEN 0 THEN '03' WHEN 1 THEN '05' ELSE '09' END AS med_chrgitm_type,
    CAST(hash(v, n, 4) % 20000 AS INT) AS code_key, CAST(hash(v, n, 5) % 30000 AS BIGINT) AS net_amt,
    CAST(hash(v, n, 5) % 20000 AS BIGINT) AS net_inscp, visit.begn_time + INTERVAL 1 HOUR * CAST(n AS INT) AS fee_time,
    CAST(visit.begn_time + INTERVAL 1 HOUR * CAST(n AS INT) AS DATE) AS fee_date, visit.visit_class = 'IPT' AS is_inpatient,
    CASE WHEN hash(v, n, 2) % 5 = 0 THEN 300000 END AS prd_days
FROM visit, range({lines_of_visit}) AS numbered(n)
"""
_SMALL = (
    "CREATE TABLE antibiotic AS SELECT CAST(range * 37 AS INT) AS code_key FROM range(200)",
    "CREATE TABLE day_off AS SELECT DATE '2023-12-01' + CAST(7 * range AS INT) AS fee_date FROM range(120)",
    "CREATE TABLE restricted_line AS SELECT CAST(NULL AS VARCHAR) AS month, mdtrt_id, feedetl_sn, CAST(hash(mdtrt_id) % 3 AS INT) "
    "AS hosp_appr_flag FROM line WHERE hash(mdtrt_id, feedetl_sn) % 100 = 0",
    "CREATE TABLE institution AS SELECT asked.month, code AS fixmedins_code, CAST(40 AS BIGINT) AS aprv_bed_cnt FROM asked, "
    "(SELECT DISTINCT fixmedins_code AS code FROM visit)",
    "CREATE TABLE inventory AS SELECT asked.month, code AS fixmedins_code, 'X' || range AS med_list_codg, CAST(10 AS DECIMAL(18, 4)) "
    "AS buy_cnt, CAST(5 AS DECIMAL(18, 4)) AS buy_net_cnt FROM asked, (SELECT DISTINCT fixmedins_code AS code FROM visit), range(200)",
    "CREATE TABLE doctor_person AS SELECT asked.month, doctor AS bilg_dr_codg, min(psn_no) AS psn_no FROM asked, visit "
    "WHERE hash(doctor) % 20 = 0 GROUP BY asked.month, doctor",
    "CREATE TABLE found AS SELECT month, CAST(substr(month, 1, 4) AS INT) * 12 + CAST(substr(month, 6, 2) AS INT) AS month_no, mdtrt_id "
    "AS jr_id, 'V01' AS rule_type_id, psn_no, fixmedins_code, mdtrt_id, doctor AS bilg_dr_codg FROM visit WHERE hash(v, 20) % 100 = 0",
    "CREATE TABLE finding_conclusion AS SELECT jr_id, 2 AS grain, ',' AS row_key, DATE '2025-09-01' AS concluded_on, 1 AS seq, "
    "CAST(hash(jr_id) % 2 AS INT) AS is_confirmed FROM found WHERE hash(jr_id) % 4 = 0",
)


def drawn(lines: int, window: Window) -> DuckEngine:
    """An engine that holds bills of ``lines`` lines over the window and all else that the statements read."""
    engine = DuckEngine()
    engine.register("asked", asked_rows(window))
    engine.register("lake_start", pa.table({"month_no": pa.array([month_number(window.months[0])], pa.int32())}))
    visits = lines // LINES_OF_VISIT
    months = ", ".join(f"'{month}'" for month in window.months)
    month = f"([{months}])[CAST(1 + hash(v, 11) % {len(window.months)} AS BIGINT)]"
    database = engine._connection
    database.execute(_VISIT.format(persons=visits // VISITS_OF_PERSON, visits=visits, month=month))
    database.execute(_LINE.format(lines_of_visit=LINES_OF_VISIT))
    for text in _SMALL:
        database.execute(text)
    return engine


def plain(engine: DuckEngine) -> Cost:
    """One group-by for each table's key, with the sums that features are made of."""
    summed = ", ".join(f"CAST(sum({text}) AS BIGINT) AS {name}" for name, text in SUMS.items())
    joined = "LEFT JOIN antibiotic ON antibiotic.code_key = line.code_key LEFT JOIN day_off ON day_off.fee_date = line.fee_date"
    with measured() as cost:
        for name, key in KEYS.items():
            text = f"SELECT line.month, line.{key}, {summed} FROM line {joined} GROUP BY line.month, line.{key}"
            engine.sql(f"plain_{name}", text)
    return cost


def made(engine: DuckEngine) -> tuple[Cost, dict[str, float]]:
    """All feature statements, and the seconds of each."""
    seconds: dict[str, float] = defaultdict(float)
    with measured() as cost:
        for name, text in feature_statements():
            started = time.monotonic()
            engine.sql(name, text)
            seconds[name] += time.monotonic() - started
    return cost, seconds


@dataclass(frozen=True)
class Compared:
    """Of so many lines: the round with the least processor time of either, and the seconds of each statement in it."""

    lines: int
    by_hand: Cost
    ours: Cost
    seconds: dict[str, float]


def compared(lines: int, window: Window) -> Compared:
    """Draws so many lines, and measures both in turn."""
    engine = drawn(lines, window)
    rounds = [(plain(engine), made(engine)) for _ in range(ROUNDS)]
    engine.close()
    ours, seconds = min((features for _, features in rounds), key=lambda pair: pair[0].cpu)
    return Compared(lines, min((by_hand for by_hand, _ in rounds), key=lambda cost: cost.cpu), ours, seconds)


def report(path: Path, sizes: Sequence[Compared]) -> str:
    """The page: what they are to each other by number of lines, and the dearest statements of the most lines."""
    rows = [
        f"| {one.lines:,} | {one.by_hand.seconds:.2f} | {one.by_hand.cpu:.2f} | {one.ours.seconds:.2f} | {one.ours.cpu:.2f} "
        f"| **{one.ours.cpu / one.by_hand.cpu:.1f}** |"
        for one in sizes
    ]
    dearest = sorted(sizes[-1].seconds.items(), key=lambda pair: -pair[1])[:12]
    text = f"""# What features cost

Written by `python -m benchmarks.features`: drawn lines of the window of {MONTHS} months, embedded engine, {os.cpu_count()} cores,
load {os.getloadavg()[0]:.1f} at the end; both in turn {ROUNDS} times, the round with the least processor time of each.

By hand: four plain group-bys of the lines, one a key. Goal: at most twice their processor time.

| lines | by hand, seconds | its processor seconds | all feature statements, seconds | their processor seconds | times |
|---:|---:|---:|---:|---:|---:|
""" + "\n".join(rows)
    text += f"\n\n| dearest statements of {sizes[-1].lines:,} lines | seconds |\n|---|---:|\n"
    text += "\n".join(f"| `{name}` | {spent:.2f} |" for name, spent in dearest)
    path.write_text(text + "\n", encoding="utf-8")
    return text


def main() -> None:
    """Draws, measures and writes benchmarks/features.md."""
    window = window_of(LAST[-MONTHS:])
    print(report(Path(__file__).with_suffix(".md"), [compared(lines, window) for lines in LINES]))


if __name__ == "__main__":
    main()
