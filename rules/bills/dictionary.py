"""Codes as integers: ``code_dict`` (kind med | diag | oprn, code, code_key), append-only; a key is never reused (SQL)."""

from __future__ import annotations

# Tables with a catalogue code, besides the fee lines.
MED_CODE_TABLES = ("fee_list_d", "drord_d", "report_d", "record_d", "consent_d", "medins_map_d", "inventory_d")

# One row for each code of the lake.
_LAKE_CODE = """
SELECT DISTINCT kind, code
FROM (
    {med_codes}
    UNION ALL SELECT 'diag' AS kind, upper(trim(diag_code)) AS code FROM diag_d
    UNION ALL SELECT 'oprn' AS kind, upper(trim(oprn_oprt_code)) AS code FROM oprn_d
) AS every_code
WHERE code IS NOT NULL AND code <> ''
"""

# The known codes with their keys, then the new ones numbered on from the greatest key of their kind in code order.
_CODE_DICT = """
WITH fresh AS (
    SELECT lake_code.kind, lake_code.code
    FROM lake_code
    LEFT JOIN known_code ON known_code.kind = lake_code.kind AND known_code.code = lake_code.code
    WHERE known_code.code IS NULL
),
greatest_key AS (
    SELECT kind, max(code_key) AS code_key FROM known_code GROUP BY kind
)
SELECT kind, code, code_key FROM known_code
UNION ALL
SELECT fresh.kind, fresh.code,
    CAST(coalesce(greatest_key.code_key, 0) + row_number() OVER (PARTITION BY fresh.kind ORDER BY fresh.code) AS INT)
FROM fresh
LEFT JOIN greatest_key ON greatest_key.kind = fresh.kind
"""


def dictionary_statements() -> list[tuple[str, str]]:
    """Statements for ``code_dict`` from the source tables and ``known_code``, the dictionary so far."""
    med_codes = " UNION ALL ".join(f"SELECT 'med' AS kind, med_list_codg AS code FROM {_raw(table)}" for table in MED_CODE_TABLES)
    return [("lake_code", _LAKE_CODE.format(med_codes=med_codes)), ("code_dict", _CODE_DICT)]


def _raw(table: str) -> str:
    """The fee lines under their own name; the others before code_key is added (rules/judge.py)."""
    return table if table == "fee_list_d" else f"raw_{table}"
