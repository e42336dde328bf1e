"""Diagnoses and operations of each department, from the national lists, without those that a rule alone forbids."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from synth.places import DEPARTMENTS, Department

PER_CATEGORY = 4
OPERATIONS = 12
# Matching as the contract has it: an entry without "-" is a prefix, a-b a range of three-character categories.
MATCHES = (
    "CASE WHEN contains({entry}, '-') THEN left({code}, 3) BETWEEN split_part({entry}, '-', 1) AND split_part({entry}, '-', 2) "
    "ELSE starts_with({code}, {entry}) END"
)


def load_lists(rules: duckdb.DuckDBPyConnection, icd10: str, operations: str) -> None:
    """Make ``icd10`` and ``icd9`` (code in upper case, name) and ``limits``: what rule rows without codes ask of a diagnosis."""
    rules.execute(f"CREATE TABLE icd10 AS SELECT upper(trim(code)) AS code, name FROM read_csv('{icd10}', all_varchar = true)")
    rules.execute(
        f"CREATE TABLE icd9 AS SELECT upper(trim(code)) AS code, name FROM read_csv('{operations}', all_varchar = true)"
    )
    rules.execute("""
        CREATE TABLE limits AS
        SELECT upper(trim(unnest(string_split(diag_set, ';')))) AS entry, 'never' AS kind, NULL AS sex,
               NULL::INTEGER AS age_min, NULL::INTEGER AS age_max
        FROM V10 WHERE variant = 'disease'
        UNION ALL
        SELECT upper(trim(unnest(string_split(code_set, ';')))), variant, allowed_gend,
               CASE age_unit WHEN 'year' THEN CAST(age_min AS INTEGER) WHEN 'month' THEN CAST(age_min AS INTEGER) // 12 + 1
                             ELSE CAST(age_min AS INTEGER) // 365 + 1 END,
               CASE age_unit WHEN 'year' THEN CAST(age_max AS INTEGER) WHEN 'month' THEN CAST(age_max AS INTEGER) // 12 - 1
                             ELSE CAST(age_max AS INTEGER) // 365 - 1 END
        FROM V29 WHERE variant IN ('diag_sex', 'diag_age')
    """)


def department_diagnoses(rules: duckdb.DuckDBPyConnection) -> pa.Table:
    """One row per department: ``dept`` and its diagnosis codes and operation codes, each a list."""
    found = [(d, diagnoses_of(rules, d)) for d in DEPARTMENTS]
    rows = [(d.code, diagnoses, operations_of(rules, d, diagnoses)) for d, diagnoses in found]
    lists = pa.list_(pa.string())
    return pa.table({
        "dept": pa.array([row[0] for row in rows]),
        "diagnoses": pa.array([row[1] for row in rows], lists),
        "operations": pa.array([row[2] for row in rows], lists),
    })  # fmt: skip


def diagnoses_of(rules: duckdb.DuckDBPyConnection, department: Department) -> list[str]:
    """Codes of the department's categories that every one of its patients may have."""
    barred = f"""
        kind = 'never'
        OR kind = 'diag_sex' AND sex <> '{department.sex}'
        OR kind = 'diag_age' AND (coalesce(age_min, 0) > {department.age_min} OR coalesce(age_max, 200) < {department.age_max})
    """
    categories = ", ".join(f"'{category}'" for category in department.categories)
    found = rules.execute(f"""
        SELECT code FROM icd10
        WHERE left(code, 3) IN ({categories}) AND length(code) <= 7 AND code NOT LIKE '%*%' AND code NOT LIKE '%+%'
          AND NOT EXISTS (SELECT 1 FROM limits WHERE {MATCHES.format(entry="entry", code="icd10.code")} AND ({barred}))
        QUALIFY row_number() OVER (PARTITION BY left(code, 3) ORDER BY code) <= {PER_CATEGORY}
        ORDER BY code
    """).fetchall()
    return [code for (code,) in found] or ["Z00.000"]


def operations_of(rules: duckdb.DuckDBPyConnection, department: Department, diagnoses: list[str]) -> list[str]:
    """Operation codes of the department that every one of its patients may have, whatever the diagnosis."""
    if not department.operations:
        return []
    wanted = " OR ".join(f"starts_with(code, '{prefix}')" for prefix in department.operations)
    offered = rules.execute(f"SELECT code FROM icd9 WHERE {wanted} ORDER BY code").fetchall()
    limits = rules.execute("""
        SELECT trim(unnest(string_split(code_set, ';'))), allowed_gend, required_diag FROM V29 WHERE variant IN ('oprn_sex',
            'oprn_diag')
        UNION ALL
        SELECT trim(unnest(string_split(removed_oprn, ';'))), 'removed', NULL FROM S04 WHERE variant = 'organ'
    """).fetchall()

    def is_free(code: str) -> bool:
        for entry, sex, required in limits:
            if code.startswith(entry.upper()):
                if sex and sex != department.sex:
                    return False
                if required and not all(matches(diagnosis, required) for diagnosis in diagnoses):
                    return False
        return True

    return [code for (code,) in offered if is_free(code)][:OPERATIONS]


def entries(text: str | None) -> list[str]:
    """The entries of a list parameter."""
    return [entry.strip() for entry in (text or "").split(";") if entry.strip()]


def matches(code: str, diagnosis_set: str | None) -> bool:
    """Whether a diagnosis lies in a set of prefixes and ranges."""
    for entry in entries(diagnosis_set):
        low, dash, high = entry.upper().partition("-")
        if (low <= code[:3] <= high) if dash else code.startswith(low):
            return True
    return False


def payable_items(rules: duckdb.DuckDBPyConnection, seed: int, price: str) -> pa.Table:
    """Drugs and items that one rule row (V01, V19) ties to diagnoses: one row per diagnosis of the county, ``idx`` and code."""
    return rules.sql(f"""
        WITH used AS (SELECT DISTINCT unnest(diagnoses) AS diag FROM department_diagnosis),
        tied AS (
            SELECT once.type_id, once.rule_id, once.code, trim(unnest(string_split(coalesce(V01.diag_set, V19.label_set),
                ';'))) AS entry
            FROM named_once AS once
            LEFT JOIN V01 ON once.type_id = 'V01' AND V01.rule_id = once.rule_id
            LEFT JOIN V19 ON once.type_id = 'V19' AND V19.rule_id = once.rule_id
            WHERE once.type_id IN ('V01', 'V19') AND coalesce(V01.med_list_codg, V19.med_list_codg) = once.code
        ),
        fitting AS (
            SELECT DISTINCT diag, type_id, rule_id, code FROM tied JOIN used
                ON {MATCHES.format(entry="entry", code="diag")}
        )
        SELECT diag, CAST(row_number() OVER (PARTITION BY diag ORDER BY md5('{seed}' || code)) - 1 AS INTEGER) AS idx,
               type_id, rule_id, code AS med_list_codg, name, list_type, right('0' || chrgitm_lv, 2) AS chrgitm_lv,
                   {price} AS pric_micro
        FROM fitting JOIN catalogue ON catalogue.med_list_codg = fitting.code
        QUALIFY row_number() OVER (PARTITION BY diag ORDER BY md5('{seed}' || code)) <= 20
    """).to_arrow_table()
