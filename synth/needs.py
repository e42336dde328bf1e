"""What rule rows without codes ask of every visit: consents, kinds of drugs, outpatient special diseases."""

from __future__ import annotations

import duckdb

from synth.places import OPSP_DISEASES
from synth.visits import MED_TYPES


def consents(rules: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    """(visit class, level, least amount of a line in 分) for which some V28 row asks a signed consent."""
    found = rules.execute("""
        SELECT visit_class, level, min(least)
        FROM (
            SELECT unnest(string_split(chrgitm_lv, ';')) AS level, med_class,
                   CAST(coalesce(CAST(min_amt AS DECIMAL(18,2)), 0) * 100 AS BIGINT) AS least
            FROM V28 WHERE variant = 'consent'
        ) AS asked
        JOIN (SELECT unnest(?) AS visit_class) AS known
            ON asked.med_class IS NULL OR list_contains(string_split(asked.med_class, ';'), visit_class)
        GROUP BY ALL ORDER BY ALL
    """, [list(MED_TYPES)]).fetchall()  # fmt: skip
    return [(visit_class, str(int(level)), least) for visit_class, level, least in found]


def quiet_diseases(rules: duckdb.DuckDBPyConnection) -> list[str]:
    """Outpatient special diseases that no rule row names: lines of their visits are not judged by disease."""
    named = {
        entry
        for (text,) in rules.execute("SELECT opsp_dise_code FROM V11 UNION SELECT opsp_dise_code FROM V12").fetchall()
        for entry in (text or "").split(";")
    }
    return [disease for disease in OPSP_DISEASES if disease not in named]
