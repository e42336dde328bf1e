"""Lists of a rule row (diagnoses, operations, catalogue codes) expanded once against the lake's dictionary."""

from __future__ import annotations

import duckdb

# Every query reads ``wanted`` (text: a distinct list as written) and ``dictionary`` (kind, code, code_key).
_ENTRY = """
CREATE OR REPLACE TEMP TABLE entry AS
SELECT DISTINCT text, {entry} AS entry
FROM (SELECT text, trim(unnest(string_split(text, ';')), {spaces}) AS part FROM wanted)
WHERE part <> ''
"""

# Two dots or more make a code of Chinese medicine, which only entries of the same kind match.
_IS_TCM = "len({text}) - len(replace({text}, '.', '')) >= 2"

_DIAG_MATCH = f"""
CREATE OR REPLACE TEMP TABLE entry_keys AS
WITH code AS (
    SELECT code_key, upper(code) AS code, left(upper(code), 3) AS category, {_IS_TCM.format(text="code")} AS is_tcm
    FROM dictionary WHERE kind = 'diag'
),
form AS (
    SELECT DISTINCT entry, contains(entry, '-') AS is_range, trim(split_part(entry, '-', 1)) AS low,
        trim(split_part(entry, '-', 2)) AS high, {_IS_TCM.format(text="split_part(entry, '-', 1)")} AS is_tcm
    FROM entry
),
size AS (
    SELECT DISTINCT len(entry) AS size FROM form WHERE NOT is_range
),
prefix AS (
    SELECT left(code, size) AS entry, is_tcm, code_key FROM code JOIN size ON len(code) >= size
),
category AS (
    SELECT DISTINCT category, is_tcm FROM code
),
in_range AS (
    SELECT form.entry, category.category, category.is_tcm
    FROM form
    JOIN category ON category.category BETWEEN form.low AND form.high AND category.is_tcm = form.is_tcm
    WHERE form.is_range
),
matched AS (
    SELECT form.entry, prefix.code_key
    FROM form JOIN prefix ON prefix.entry = form.entry AND prefix.is_tcm = form.is_tcm
    WHERE NOT form.is_range
    UNION ALL
    SELECT in_range.entry, code.code_key
    FROM in_range JOIN code ON code.category = in_range.category AND code.is_tcm = in_range.is_tcm
)
SELECT form.entry, form.is_tcm, list(matched.code_key) FILTER (WHERE matched.code_key IS NOT NULL) AS keys
FROM form LEFT JOIN matched ON matched.entry = form.entry
GROUP BY form.entry, form.is_tcm
"""

_OPRN_MATCH = """
CREATE OR REPLACE TEMP TABLE entry_keys AS
WITH code AS (
    SELECT code_key, upper(code) AS code FROM dictionary WHERE kind = 'oprn'
),
size AS (
    SELECT DISTINCT len(entry) AS size FROM entry
),
prefix AS (
    SELECT left(code, size) AS entry, code_key FROM code JOIN size ON len(code) >= size
)
SELECT form.entry, FALSE AS is_tcm, list(prefix.code_key) FILTER (WHERE prefix.code_key IS NOT NULL) AS keys
FROM (SELECT DISTINCT entry FROM entry) AS form LEFT JOIN prefix ON prefix.entry = form.entry
GROUP BY form.entry
"""

# The keys of a text are its entries' keys, sorted; equal neighbours (overlapping entries) are dropped. On 116,158 texts
# with 11.4 million keys this took 2.2 s of CPU, list_distinct 4.6 s and DISTINCT pairs 6.7 s.
_SET = """
CREATE OR REPLACE TEMP TABLE {kind}_set AS
WITH gathered AS (
    SELECT entry.text, bool_or(entry_keys.is_tcm) AS has_tcm,
        list_sort(flatten(list(coalesce(entry_keys.keys, [])))) AS keys
    FROM entry
    JOIN entry_keys USING (entry)                        -- one row for each entry
    GROUP BY entry.text
)
SELECT text, has_tcm,
    CAST(list_filter(keys, lambda code_key, place: place = 1 OR keys[place - 1] <> code_key) AS INTEGER[]) AS keys
FROM gathered
"""

# One row for each entry and catalogue code that it names; an entry ending in * is a prefix.
_CODE_MATCH = """
CREATE OR REPLACE TEMP TABLE med_set AS
WITH code AS (
    SELECT code_key, code FROM dictionary WHERE kind = 'med'
),
form AS (
    SELECT DISTINCT entry, rtrim(entry, '*') AS stem FROM entry WHERE entry LIKE '%*'
),
size AS (
    SELECT DISTINCT len(stem) AS size FROM form
),
prefix AS (
    SELECT left(code, size) AS stem, code_key FROM code JOIN size ON len(code) >= size
),
matched AS (
    SELECT code AS entry, code_key FROM code
    UNION ALL
    SELECT form.entry, prefix.code_key FROM form JOIN prefix ON prefix.stem = form.stem
)
SELECT DISTINCT entry.text, CAST(matched.code_key AS INTEGER) AS code_key
FROM entry JOIN matched ON matched.entry = entry.entry
"""

# White space that a typed file may hold around an entry, the full-width space among it.
SPACES = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288)"


def make_sets(connection: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Makes ``diag_set`` or ``oprn_set`` (text, has_tcm, keys sorted) from ``wanted``; one row for each text.

    A diagnosis entry is a prefix of the full code, or a range a-b over its first three characters; an operation
    entry is a prefix, with or without a trailing *.
    """
    entry = "upper(part)" if kind == "diag" else "rtrim(upper(part), '*')"
    connection.execute(_ENTRY.format(entry=entry, spaces=SPACES))
    connection.execute(_DIAG_MATCH if kind == "diag" else _OPRN_MATCH)
    connection.execute(_SET.format(kind=kind))


def make_code_sets(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes ``med_set`` (text, code_key) from ``wanted``: the catalogue codes of the lake that each list names."""
    connection.execute(_ENTRY.format(entry="part", spaces=SPACES))
    connection.execute(_CODE_MATCH)
