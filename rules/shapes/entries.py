"""Visits that an entry list of a rule names (diagnoses, main diagnosis, operations), found by joining codes.

Rules that write the same list share its codes, so a list is expanded and joined once, however many rules name it.
"""

from __future__ import annotations

# One row for each list of a rule and run of days on which the rule governs: which codes of a visit it looks at (diag, oprn,
# main, main_any), and its codes. The days stand here because DuckDB, given them as a further join, would begin with all
# visits × all rules of a day.
_ENTRY_RULE = """
SELECT rule.rule_key, valid.eff_beg, valid.eff_end, {{entry_kind}} AS entry_kind, {{entry_text}} AS entry_text,
    {{entry_keys}} AS entry_keys
FROM {shape}_rule AS rule
JOIN {shape}_valid AS valid ON valid.rule_key = rule.rule_key
"""

_ENTRY_CODE = """
WITH entry AS (
    SELECT entry_kind, entry_text, min(entry_keys) AS entry_keys
    FROM {shape}_entry_rule
    WHERE entry_kind IS NOT NULL
    GROUP BY entry_kind, entry_text
)
SELECT entry_kind, entry_text, explode(entry_keys) AS code_key
FROM entry
"""

# One row for each judged visit that cost the fund something and list that names one of its codes, with those codes. A list
# without 中医 entries looks at the western main diagnosis (main), one with such entries at the main diagnosis of either kind.
_NAMED = """
WITH judged AS (
    SELECT mdtrt_id, diag_keys, oprn_keys, main_diag_key, main_any_key
    FROM visit
    WHERE month IN (SELECT month FROM task) AND fund_amt > 0
),
held AS (
    SELECT mdtrt_id, 'diag' AS entry_kind, explode(diag_keys) AS code_key FROM judged
    UNION ALL
    SELECT mdtrt_id, 'oprn', explode(oprn_keys) FROM judged
    UNION ALL
    SELECT mdtrt_id, 'main', main_diag_key FROM judged
    UNION ALL
    SELECT mdtrt_id, 'main_any', main_any_key FROM judged
)
SELECT held.mdtrt_id, held.entry_kind, entry.entry_text, array_join(sort_array(collect_set(code_dict.code)), ';') AS codes
FROM held
JOIN {shape}_entry_code AS entry ON entry.entry_kind = held.entry_kind AND entry.code_key = held.code_key
JOIN code_dict ON code_dict.code_key = held.code_key
    AND code_dict.kind = CASE WHEN held.entry_kind = 'oprn' THEN 'oprn' ELSE 'diag' END
GROUP BY held.mdtrt_id, held.entry_kind, entry.entry_text
"""

ENTRY_DEFAULTS = {
    "entry_kind": "CAST(NULL AS STRING)",
    "entry_text": "CAST(NULL AS STRING)",
    "entry_keys": "CAST(NULL AS ARRAY<INT>)",
}


def entry_statements(shape: str) -> tuple[tuple[str, str], ...]:
    """Statements that end in ``<shape>_entry_visit`` (mdtrt_id, entry_kind, entry_text, codes).

    Types fill entry_kind, entry_text and entry_keys; ``<shape>_entry_rule`` says which rules wrote which list.
    """
    return (
        (f"{shape}_entry_rule", _ENTRY_RULE.format(shape=shape)),
        (f"{shape}_entry_code", _ENTRY_CODE.format(shape=shape)),
        (f"{shape}_entry_visit", _NAMED.format(shape=shape)),
    )


def main_kind(diagnosis_set: str) -> str:
    """SQL for the entry_kind of a list of main diagnoses, e.g. main_kind('rule.mild_set')."""
    return f"CASE WHEN {diagnosis_set}_has_tcm THEN 'main_any' ELSE 'main' END"
