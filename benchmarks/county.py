"""A county of bill lines drawn by seeded hashes, straight in the lake's form: what the benchmarks measure on.

Nothing is loaded from files, so that ten million lines take a minute. A person has some thirteen visits in 24 months; a visit
has a theme, whose drugs, diagnoses and sex go together as the demo catalogue has them; a stay bills the same items day by day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from lake import knowledge
from rules.demo.catalogue import groups_of
from rules.demo.icd import read_code_lists

# Visits for each person, one of them perhaps a stay, and what that makes of lines on average.
VISITS = 13
LINES_OF_PERSON = 112
# In a skewed county one person has so many lines, and a third of all visits are at one of the institutions, which makes it
# a hundred times any other.
LINES_OF_BUSIEST = 100_000
INSTITUTIONS = 200
# Of the national lists' codes those that the county knows: every fortieth diagnosis, the first operations.
DIAGNOSIS_STEP = 40
OPERATIONS = 900

_MACROS = """
CREATE MACRO draw(key, salt, n) AS CAST(hash(key * 1000003 + salt) % n AS INTEGER);
CREATE MACRO pick(key, salt, n) AS draw(key, salt, greatest(n, 1));
"""

# Codes of the catalogue by kind, group and whether any rule names them.
_POOL = """
CREATE TABLE item AS
SELECT code.med_list_codg AS code, code.list_type, code.grp, code.sex, code.use <> 'free' AS is_ruled,
    any_value(catalogue.name) AS name, CAST(any_value(catalogue.chrgitm_lv) AS INTEGER) AS chrgitm_lv,
    CAST(any_value(CAST(catalogue.price_ref AS DECIMAL(18, 2))) * 80 AS BIGINT) AS price_fen
FROM code JOIN read_parquet('{catalogue}') AS catalogue ON catalogue.med_list_codg = code.med_list_codg
GROUP BY ALL;
CREATE TABLE dictionary AS
SELECT 'med' AS kind, code, CAST(row_number() OVER (ORDER BY code) AS INTEGER) AS code_key FROM item
UNION ALL
SELECT kind, code, CAST(row_number() OVER (PARTITION BY kind ORDER BY code) AS INTEGER)
FROM (SELECT DISTINCT kind, upper(code) AS code FROM national);
CREATE TABLE pool AS
SELECT list_type, grp, is_ruled, list(code_key ORDER BY code_key) AS keys
FROM item JOIN dictionary ON dictionary.kind = 'med' AND dictionary.code = item.code
GROUP BY ALL;
CREATE TABLE theme_diag AS
SELECT list_type, grp, list(DISTINCT code_key) AS keys
FROM theme JOIN dictionary ON dictionary.kind = 'diag' AND dictionary.code = theme.code
GROUP BY ALL;
"""

# The first {merged} draws are one person.
_PERSON = """
CREATE TABLE person AS
SELECT p, 'P' || lpad(CAST(one AS VARCHAR), 9, '0') AS psn_no, CAST(1 + draw(one, 1, 2) AS VARCHAR) AS gend,
    DATE '2006-12-31' - draw(one, 2, 28000) AS brdy, CASE WHEN draw(one, 3, 10) < 3 THEN '310' ELSE '390' END AS insutype,
    CASE WHEN draw(one, 4, 100) < 98 THEN '330212' ELSE '360101' END AS insu_admdvs, draw(p, 5, {institutions}) AS home
FROM (SELECT p, CASE WHEN p < {merged} THEN 0 ELSE p END AS one FROM range({persons}) AS persons(p));
CREATE TABLE place AS
SELECT i AS place, 'H' || lpad(CAST(i AS VARCHAR), 5, '0') AS fixmedins_code,
    CASE WHEN i % 10 = 0 THEN 3 WHEN i % 10 < 4 THEN 6 ELSE 9 END AS hosp_lv,
    CASE WHEN i % 10 = 0 THEN 3 WHEN i % 10 < 4 THEN 2 ELSE 1 END AS hosp_rank
FROM range({institutions}) AS places(i);
"""

# One row for each visit: its class, days, theme and the number of items; a stay's items come again every day.
_VISIT = """
CREATE TABLE drawn_visit AS
WITH begun AS (
    SELECT person.p * {visits} + k AS v, person.*,
        CASE WHEN k > 0 THEN CASE WHEN draw(p * {visits} + k, 11, 100) < 90 THEN 'OTP' ELSE 'EMERG' END
            WHEN draw(p, 12, 100) < 60 THEN 'IPT' ELSE 'OTP' END AS visit_class,
        DATE '2024-01-01' + draw(p * {visits} + k, 13, 716) AS first_day
    FROM person CROSS JOIN range({visits}) AS turns(k)
),
themed AS (
    SELECT *, 3 + draw(v, 14, 12) AS nights,
        (SELECT list(grp ORDER BY grp) FROM drug_theme WHERE sex IN ('', gend)) AS themes
    FROM begun
)
SELECT v, p, psn_no, gend, brdy, insutype, insu_admdvs, visit_class, first_day,
    'M' || lpad(CAST(v AS VARCHAR), 10, '0') AS mdtrt_id, 'S' || lpad(CAST(v AS VARCHAR), 10, '0') AS setl_id,
    CASE WHEN visit_class = 'IPT' THEN nights ELSE 0 END AS nights,
    CASE WHEN visit_class = 'IPT' THEN 8 + draw(v, 15, 14) ELSE 2 + draw(v, 15, 6) END AS items,
    CAST(first_day AS TIMESTAMP) + to_seconds(30000 + draw(v, 16, 20000)) AS begn_time,
    CAST(first_day AS TIMESTAMP) + to_days(CAST(CASE WHEN visit_class = 'IPT' THEN nights ELSE 0 END AS INTEGER))
        + to_seconds(60000 + draw(v, 17, 20000)) AS end_time,
    CASE WHEN draw(v, 26, 3) < {crowded} THEN 0 WHEN draw(v, 18, 10) < 8 THEN home ELSE draw(v, 19, {institutions}) END AS place,
    themes[1 + pick(v, 20, len(themes))] AS theme_101, draw(v, 21, {tcm_themes}) AS theme_102,
    draw(v, 22, {consumable_themes}) AS theme_301
FROM themed;
CREATE TABLE visit_fact AS
SELECT drawn.*, place.* EXCLUDE (place), strftime(drawn.end_time, '%Y-%m') AS month,
    list_sort(list_distinct(list_slice(drug.keys, 1, CASE WHEN nights > 0 THEN 5 ELSE 3 END) || [tcm.keys[1], device.keys[1]]))
        AS diag_keys,
    drug.keys[1] AS main_diag_key, 'D' || fixmedins_code || CAST(draw(v, 24, 12) AS VARCHAR) AS doctor,
    ['A03', 'A04', 'A11', 'A15', 'A02'][1 + draw(v, 25, 5)] AS dept
FROM drawn_visit AS drawn
JOIN place ON place.place = drawn.place
JOIN theme_diag AS drug ON drug.list_type = '101' AND drug.grp = drawn.theme_101
JOIN theme_diag AS tcm ON tcm.list_type = '102' AND tcm.grp = drawn.theme_102
JOIN theme_diag AS device ON device.list_type = '301' AND device.grp = drawn.theme_301;
"""

# Six items in ten have a code that rules name. A drug belongs to the visit's theme, a service to any group.
_LINE = """
CREATE TABLE drawn_item AS
WITH slot AS (
    SELECT v, v * 64 + s AS k, s, theme_101, theme_102, theme_301, nights, first_day, begn_time, draw(v * 64 + s, 31, 100) AS part
    FROM visit_fact JOIN range(24) AS slots(s) ON s < items
),
kind AS (
    SELECT v, k, s, nights, first_day, begn_time,
        CASE WHEN part < 45 THEN '101' WHEN part < 53 THEN '102' WHEN part < 56 THEN '103' WHEN part < 90 THEN '201'
            ELSE '301' END AS list_type,
        CASE WHEN part < 45 THEN theme_101 WHEN part < 56 THEN theme_102 WHEN part < 90 THEN draw(k, 32, {service_themes})
            ELSE theme_301 END AS grp,
        draw(k, 33, 100) < 60 AS is_ruled
    FROM slot
)
SELECT kind.v, kind.k, kind.s, kind.nights, kind.first_day, kind.begn_time, kind.list_type,
    pool.keys[1 + pick(kind.k, 34, len(pool.keys))] AS code_key, 1 + draw(kind.k, 35, 10) // 9 AS packs
FROM kind JOIN pool ON pool.list_type = kind.list_type AND pool.grp = kind.grp AND pool.is_ruled = kind.is_ruled;
CREATE TABLE drawn_line AS
SELECT v, s * 32 + d AS sn, k, code_key, packs, CAST(first_day AS DATE) + CAST(d AS INTEGER) AS fee_date,
    CASE WHEN d = 0 THEN begn_time + to_seconds(60 + s * 20)
        ELSE CAST(CAST(first_day AS DATE) + CAST(d AS INTEGER) AS TIMESTAMP) + to_seconds(28800 + s * 60) END AS fee_time
FROM drawn_item JOIN range(16) AS days(d) ON d <= nights AND (d = 0 OR list_type <> '301' AND draw(k * 16 + d, 36, 10) < 7)
ORDER BY v, sn
LIMIT {lines};
"""

# What each line cost, and what its settlement came to.
_PAID = """
CREATE TABLE priced AS
SELECT line.*, item.* EXCLUDE (code, sex, grp), dictionary.code, item.price_fen * packs AS amt,
    CASE item.chrgitm_lv WHEN 1 THEN item.price_fen * packs WHEN 2 THEN item.price_fen * packs * 9 // 10 ELSE 0 END AS inscp
FROM drawn_line AS line
JOIN dictionary ON dictionary.kind = 'med' AND dictionary.code_key = line.code_key
JOIN item ON item.code = dictionary.code;
CREATE TABLE settled AS
SELECT v, CAST(sum(amt) AS BIGINT) AS fee_amt, CAST(sum(inscp) AS BIGINT) AS inscp_amt,
    CAST(sum(inscp) AS BIGINT) * 7 // 10 AS fund_amt
FROM priced GROUP BY v;
"""


@dataclass(frozen=True)
class County:
    """The drawn tables in one DuckDB connection; ``forms`` (benchmarks/forms.py) lays them out as the lake's tables."""

    connection: duckdb.DuckDBPyConnection
    lines: int


def draw_county(rulebase: Path, lines: int, spill: Path, skewed: bool = False) -> County:
    """Draws ``lines`` lines over the catalogue of the demo rule base in ``rulebase``; the same every time."""
    connection = duckdb.connect()
    connection.execute(f"SET temp_directory = '{spill}'; SET memory_limit = '6GB'; SET preserve_insertion_order = true")
    connection.execute(_MACROS)
    _register_codes(connection, rulebase)
    sizes = {
        "institutions": INSTITUTIONS, "persons": lines // LINES_OF_PERSON * 3 // 2 + 50, "visits": VISITS, "lines": lines,
        "merged": LINES_OF_BUSIEST // LINES_OF_PERSON if skewed else 0, "crowded": 1 if skewed else 0,
        "tcm_themes": len(groups_of("102")), "consumable_themes": len(groups_of("301")),
        "service_themes": len(groups_of("201")), "catalogue": rulebase / "catalogue" / "catalog_d.parquet",
    }  # fmt: skip
    for statement in (_POOL, _PERSON, _VISIT, _LINE, _PAID):
        connection.execute(statement.format(**sizes))
    return County(connection, lines)


def _register_codes(connection: duckdb.DuckDBPyConnection, rulebase: Path) -> None:
    """Makes ``code`` (of the catalogue, with its group), ``theme``, ``drug_theme`` and ``national`` (diagnoses, operations)."""
    national = read_code_lists(knowledge.icd10(), knowledge.icd9cm3())
    themes = [
        (kind, number, found)
        for kind in ("101", "102", "301")
        for number, group in enumerate(groups_of(kind))
        for label in group.labels
        for found in _first_codes(label, national.diagnoses)
    ]
    sexes = [(number, getattr(group, "sex", "")) for number, group in enumerate(groups_of("101"))]
    connection.register("themes", _table(themes, ("list_type", "grp", "code")))
    connection.register("sexes", _table(sexes, ("grp", "sex")))
    # The dictionary holds what the lake holds, not the national list.
    diagnoses = [*national.diagnoses[::DIAGNOSIS_STEP], *(code for *_, code in themes)]
    codes = [("diag", code) for code in diagnoses] + [("oprn", code) for code in national.operations[:OPERATIONS]]
    connection.register("nationals", _table(codes, ("kind", "code")))
    for name, source in (("theme", "themes"), ("drug_theme", "sexes"), ("national", "nationals")):
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {source}")
    uses = rulebase / "catalogue" / "code_use.parquet"
    groups = rulebase / "catalogue" / "group.parquet"
    connection.execute(f"CREATE TABLE code AS SELECT * FROM '{uses}' AS uses JOIN '{groups}' AS groups USING (med_list_codg)")


def _first_codes(label: str, codes: tuple[str, ...]) -> list[str]:
    """One diagnosis of a label: the first of its prefix or range."""
    low, _, high = label.partition("-")
    found = next((c for c in codes if (low <= c[:3] <= high if high else c.startswith(low))), None)
    return [found.upper()] if found else []


def _table(rows: Sequence[Sequence[object]], names: tuple[str, ...]) -> pa.Table:
    return pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})
