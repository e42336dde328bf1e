"""The relations that every check reads, made set by set in DuckDB from the loaded rows and the known codes.

- ``<type>``, lower case (``v02``): the rows of a type that govern on some day, retired ones left out: rule_key, the common
  columns, the type's parameters as text with their defaults; ``scope``, a STRUCT of its lists (NULL = all); ``days``, the
  runs of days on which the row governs.
- ``named`` (rule_key, rule_type_id, param, kind, text): the lists of codes in those rows; kind med, diag or oprn.
- ``listed`` (kind, text, codes, unknown): each distinct list: its entries, prefixes of catalogue codes expanded beside
  themselves; and those of its entries that no known code matches.
- ``catalogue`` (code, list_type), ``visit_class`` (visit_class, may_be_inpatient, may_be_other), ``level`` (hosp_lv, hosp_rank).
- ``keyed``, ``validity``: every loaded row and the days on which it governs (rules/book/versions.py).
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from lake.tables import SOURCE_TABLES
from rules.book.columns import MACROS
from rules.book.compile import make_live
from rules.book.expansion import make_code_sets, make_sets
from rules.book.relations import SET_KINDS
from rules.catalogue import RULE_TYPES
from rules.judge import Region
from rules.rule_type import GIVEN, Param, RuleType

# a and b are two rule rows' lists, scopes or days; an empty list is NULL and means all.
LINT_MACROS = (
    "CREATE MACRO meet(a, b) AS a IS NULL OR b IS NULL OR list_has_any(a, b)",
    """CREATE MACRO areas_meet(a, b) AS a IS NULL OR b IS NULL OR len(list_filter(a, lambda x:
        len(list_filter(b, lambda y: starts_with(x, y) OR starts_with(y, x))) > 0)) > 0""",
    """CREATE MACRO scopes_meet(a, b) AS meet(a.insutype, b.insutype) AND meet(a.med_class, b.med_class)
        AND meet(a.hosp_lv, b.hosp_lv) AND areas_meet(a.poolarea, b.poolarea)""",
    """CREATE MACRO days_meet(a, b) AS len(list_filter(a, lambda x:
        len(list_filter(b, lambda y: x.beg <= y.fin AND y.beg <= x.fin)) > 0)) > 0""",
    # The first entries of a list, for a sentence.
    """CREATE MACRO shown(list) AS array_to_string(list[:5], ';') ||
        CASE WHEN len(list) > 5 THEN '等' || len(list) || '个' ELSE '' END""",
    # A code of Chinese medicine has two dots or more.
    "CREATE MACRO is_tcm(entry) AS len(split_part(entry, '-', 1)) - len(replace(split_part(entry, '-', 1), '.', '')) >= 2",
)

_SUBJECT = """
CREATE TEMP TABLE subject AS
WITH governing AS (
    SELECT rule_key, list_sort(list({'beg': eff_beg, 'fin': eff_end})) AS days FROM validity GROUP BY rule_key
)
SELECT keyed.rule_key, governing.days, loaded.origin IS NOT DISTINCT FROM 'generated' AS is_generated, {
    'insutype': CASE WHEN keyed.insutype IS NOT NULL THEN entries(keyed.insutype) END,
    'med_class': CASE WHEN keyed.med_class IS NOT NULL THEN entries(keyed.med_class) END,
    'hosp_lv': CASE WHEN keyed.hosp_lv IS NOT NULL THEN CAST(entries(keyed.hosp_lv) AS INTEGER[]) END,
    'poolarea': CASE WHEN keyed.poolarea IS NOT NULL THEN entries(keyed.poolarea) END} AS scope
FROM keyed
JOIN governing USING (rule_key)                          -- one row for each key
JOIN loaded USING (rule_id, rule_ver)                    -- their key
"""

_TYPE = """
CREATE TEMP TABLE {name} AS
SELECT live.rule_key, rule_type_id, rule_id, rule_ver, sev_deg, control_mode, exempt_dept, exempt_diag, stas,
    is_generated, scope, days{params}
FROM live_{shape} AS live JOIN subject USING (rule_key)  -- one row for each key
WHERE rule_type_id = '{rule_type_id}'
"""

# Every entry is asked for once, whatever lists it stands in.
_ENTRY = """
CREATE TEMP TABLE text_entry AS
SELECT kind, text, unnest(list_distinct(entries(text))) AS entry FROM (SELECT DISTINCT kind, text FROM named)
"""

_WANTED = "CREATE OR REPLACE TEMP TABLE wanted AS SELECT DISTINCT entry AS text FROM text_entry WHERE kind = '{kind}'"

# The national list has no codes of Chinese medicine, so an entry of one is never called unknown.
_LISTED = """
CREATE TEMP TABLE listed AS
WITH matched AS (
    SELECT 'med' AS kind, text AS entry, list(code.code) FILTER (WHERE text LIKE '%*') AS codes
    FROM med_set JOIN dictionary AS code ON code.kind = 'med' AND code.code_key = med_set.code_key
    GROUP BY text
    UNION ALL
    SELECT 'diag', text, NULL FROM diag_set WHERE len(keys) > 0 OR is_tcm(text)
    UNION ALL
    SELECT 'oprn', text, NULL FROM oprn_set WHERE len(keys) > 0
)
SELECT text_entry.kind, text_entry.text,
    list_distinct(list_concat(list(text_entry.entry), flatten(list(coalesce(matched.codes, []))))) AS codes,
    list(text_entry.entry ORDER BY text_entry.entry) FILTER (WHERE matched.entry IS NULL) AS unknown,
    count(matched.entry) AS known
FROM text_entry
LEFT JOIN matched ON matched.kind = text_entry.kind AND matched.entry = text_entry.entry      -- one row for each entry
GROUP BY text_entry.kind, text_entry.text
"""


def make_relations(connection: duckdb.DuckDBPyConnection, rules: pa.Table, codes: pa.Table, region: Region) -> None:
    """Makes all relations in ``connection``; ``codes`` has kind (med, diag, oprn), code and list_type (of med codes)."""
    for macro in (*MACROS, *LINT_MACROS):
        connection.execute(macro)
    connection.register("code", codes)
    connection.execute("""
        CREATE TEMP TABLE dictionary AS
        SELECT kind, code, CAST(row_number() OVER (ORDER BY kind, code) AS INTEGER) AS code_key
        FROM (SELECT DISTINCT kind, code FROM code)""")
    connection.execute("""
        CREATE TEMP TABLE catalogue AS
        SELECT code, min(list_type) AS list_type FROM code WHERE kind = 'med'
        GROUP BY code HAVING count(DISTINCT list_type) = 1""")
    connection.register("visit_class", _visit_classes(region))
    levels = {"hosp_lv": list(region.hosp_rank), "hosp_rank": list(region.hosp_rank.values())}
    connection.register("level", pa.table({name: pa.array(values, pa.int32()) for name, values in levels.items()}))
    # Whether a table came to some lake says nothing about the rule base.
    make_live(connection, rules, SOURCE_TABLES, RULE_TYPES)
    connection.register("loaded", rules)
    connection.execute(_SUBJECT)
    for rule_type in RULE_TYPES.values():
        params = "".join(f', "{param.name}"' for param in rule_type.params)
        place = {"name": rule_type.id.lower(), "shape": rule_type.shape, "rule_type_id": rule_type.id, "params": params}
        connection.execute(_TYPE.format(**place))
    lists = " UNION ALL ".join(query for rule_type in RULE_TYPES.values() for query in _named(rule_type))
    connection.execute(f"CREATE TEMP TABLE named AS {lists}")
    connection.execute(_ENTRY)
    for kind in ("med", "diag", "oprn"):
        connection.execute(_WANTED.format(kind=kind))
        if kind == "med":
            make_code_sets(connection)
        else:
            make_sets(connection, kind)
    connection.execute(_LISTED)


def _named(rule_type: RuleType) -> Iterator[str]:
    """The lists of codes that rows of the type hold, one query for each parameter and kind."""
    head = f"SELECT rule_key, '{rule_type.id}' AS rule_type_id"
    table = rule_type.id.lower()
    yield f"{head}, 'exempt_diag' AS param, 'diag' AS kind, exempt_diag AS text FROM {table} WHERE exempt_diag IS NOT NULL"
    for param in rule_type.params:
        for kind in ("med",) if param.role == "codes" else SET_KINDS.get(param.role, ()):
            given = " AND ".join([f'"{param.name}" IS NOT NULL', *_is_read(param, kind)])
            yield f"""{head}, '{param.name}' AS param, '{kind}' AS kind, "{param.name}" AS text FROM {table} WHERE {given}"""


def _is_read(param: Param, kind: str) -> Iterator[str]:
    """Conditions under which the row's variant looks at the parameter, and takes it for a list of that kind."""
    if param.role == "diags_or_oprns":
        yield f"variant LIKE '{kind}%'"
    if param.when and param.when[1] != (GIVEN,):
        other, values = param.when
        yield f'"{other}" IN ({", ".join(f"{value!r}" for value in values)})'


def _visit_classes(region: Region) -> pa.Table:
    """Each class that a med_type of the region gives, and whether its visits may be inpatient, and may be others."""
    inpatient, other = set(), set()
    for prefix, visit_class in region.med_class.items():
        if any(prefix.startswith(entry) for entry in region.inpatient_prefixes):
            inpatient.add(visit_class)
        else:
            other.add(visit_class)
            if any(entry.startswith(prefix) for entry in region.inpatient_prefixes):
                inpatient.add(visit_class)
    classes = sorted({*region.med_class.values()})
    return pa.table(
        {
            "visit_class": pa.array(classes, pa.string()),
            "may_be_inpatient": pa.array([name in inpatient for name in classes], pa.bool_()),
            "may_be_other": pa.array([name in other for name in classes], pa.bool_()),
        }
    )
