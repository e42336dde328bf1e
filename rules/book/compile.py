"""The rule base compiled for the engines: for each shape its rules, their target codes and their days of validity."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import duckdb
import pyarrow as pa

from rules.book.expansion import SPACES, make_code_sets, make_sets
from rules.book.versions import make_versions
from rules.catalogue import RULE_TYPES
from rules.rule_type import GIVEN, Param, RuleType

# Set kinds (rules/book/expansion.py) that a role is expanded to.
SET_KINDS = {"diags": ("diag",), "oprns": ("oprn",), "diags_or_oprns": ("diag", "oprn")}

_ENTRIES = """list_filter(list_transform(string_split({text}, ';'), lambda part: trim(part, {spaces})),
        lambda part: part <> '')"""


def compile_rules(
    rules: pa.Table, dictionary: pa.Table, present_tables: Collection[str], types: Mapping[str, RuleType] = RULE_TYPES
) -> dict[str, pa.Table]:
    """``<shape>_rule``, ``<shape>_target`` and ``<shape>_valid`` of every shape, as the shapes read them, and ``rule_meta``.

    ``rules`` are the loaded rows (rules/book/typing.py), ``dictionary`` has kind (med, diag, oprn), code, code_key.
    Left out: retired rows, rows of types without logic, and rows whose source tables are absent.
    """
    with duckdb.connect() as connection:
        connection.register("dictionary", dictionary)
        _make_live(connection, rules, present_tables, types)
        _make_all_sets(connection, types)
        compiled: dict[str, pa.Table] = {"rule_meta": connection.sql(_meta_query(types)).to_arrow_table()}
        for shape in dict.fromkeys(rule_type.shape for rule_type in types.values()):
            ours = [rule_type for rule_type in types.values() if rule_type.shape == shape]
            compiled[f"{shape}_rule"] = connection.sql(_rule_query(ours)).to_arrow_table()
            compiled[f"{shape}_target"] = connection.sql(_target_query(ours)).to_arrow_table()
            compiled[f"{shape}_valid"] = connection.sql(
                f"SELECT rule_key, eff_beg, eff_end FROM validity SEMI JOIN ({_of(ours)}) USING (rule_key)"
                " ORDER BY rule_key, eff_beg"
            ).to_arrow_table()
        return compiled


def evaluable(rules: pa.Table, present_tables: Collection[str], types: Mapping[str, RuleType] = RULE_TYPES) -> pa.Table:
    """One row for each run of days on which a rule could be judged: rule_type_id, rule_key, beg, end."""
    with duckdb.connect() as connection:
        _make_live(connection, rules, present_tables, types)
        return connection.sql(
            'SELECT live.rule_type_id, validity.rule_key, validity.eff_beg AS beg, validity.eff_end AS "end"'
            " FROM validity JOIN live USING (rule_key) ORDER BY validity.rule_key, validity.eff_beg"
        ).to_arrow_table()


def _make_live(
    connection: duckdb.DuckDBPyConnection,
    rules: pa.Table,
    present_tables: Collection[str],
    types: Mapping[str, RuleType],
) -> None:
    """Makes ``live``: keyed rows that can be judged and govern some day, ``p`` being the struct of their parameters."""
    make_versions(connection, rules, types)
    judged = [rule_type for rule_type in types.values() if _is_judged(rule_type, present_tables)]
    names = sorted({param.name for rule_type in types.values() for param in rule_type.params})
    structure = "{" + ",".join(f'"{name}":"VARCHAR"' for name in names) + "}"
    left_out = [text for rule_type in judged for text in _unjudged_values(rule_type, present_tables)]
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE live AS
        SELECT * FROM (
            SELECT * EXCLUDE (params), from_json(params, '{structure}') AS p
            FROM keyed SEMI JOIN validity USING (rule_key)
            WHERE rule_type_id IN ({_literals(rule_type.id for rule_type in judged)})
        )
        WHERE NOT ({" OR ".join(left_out) or "FALSE"})""")


def _is_judged(rule_type: RuleType, present_tables: Collection[str]) -> bool:
    return rule_type.logic is not None and set(rule_type.needs) <= set(present_tables)


def _unjudged_values(rule_type: RuleType, present_tables: Collection[str]) -> list[str]:
    """SQL conditions (never NULL) on the parameter values whose tables are absent."""
    conditions = []
    for (name, value), needed in rule_type.variant_needs.items():
        if set(needed) <= set(present_tables):
            continue
        text = _text(rule_type.param(name), [rule_type])
        test = f"{text} IS NOT NULL" if value == GIVEN else f"{text} IS NOT DISTINCT FROM '{value}'"
        conditions.append(f"(rule_type_id = '{rule_type.id}' AND {test})")
    return conditions


def _make_all_sets(connection: duckdb.DuckDBPyConnection, types: Mapping[str, RuleType]) -> None:
    """Makes ``diag_set``, ``oprn_set`` and ``med_set``: every distinct list of the live rules expanded once."""
    for kind in ("diag", "oprn", "med"):
        texts = ["SELECT exempt_diag AS text FROM live"] if kind == "diag" else []
        for name in dict.fromkeys(p.name for t in types.values() for p in t.params if kind in _kinds(p)):
            owners = [t for t in types.values() if any(p.name == name and kind in _kinds(p) for p in t.params)]
            text = _text(owners[0].param(name), owners)
            texts.append(f"SELECT {text} AS text FROM live WHERE rule_type_id IN ({_literals(t.id for t in owners)})")
        union = " UNION ".join(texts)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT text FROM ({union}) WHERE text IS NOT NULL")
        if kind == "med":
            make_code_sets(connection)
        else:
            make_sets(connection, kind)


def _kinds(param: Param) -> tuple[str, ...]:
    return ("med",) if param.role == "codes" else SET_KINDS.get(param.role, ())


def _meta_query(types: Mapping[str, RuleType]) -> str:
    """The query of ``rule_meta``: what a finding says of its rule; catalogue_no is the type's place in the catalogue."""
    places = " ".join(f"WHEN '{rule_id}' THEN {place}" for place, rule_id in enumerate(types, start=1))
    return (
        "SELECT rule_key, rule_type_id, rule_id, rule_ver, sev_deg, control_mode, stas,"
        f" CAST(CASE rule_type_id {places} END AS INTEGER) AS catalogue_no FROM live ORDER BY rule_key"
    )


def _rule_query(ours: list[RuleType]) -> str:
    """The query of ``<shape>_rule``: one row for each live rule of the shape's types."""
    columns = [
        "rule_key", "rule_type_id", "rule_id", "rule_ver", "sev_deg", "stas",
        f"{_strings('insutype')} AS scope_insutype",
        f"coalesce({_strings('med_class')}, {_default_class(ours)}) AS scope_class",
        f"CAST({_strings('hosp_lv')} AS INTEGER[]) AS scope_hosp_lv",
        f"{_strings('poolarea')} AS scope_poolarea",
        f"{_departments('exempt_dept')} AS exempt_dept",
        "CASE WHEN exempt_diag IS NOT NULL THEN coalesce(exempt_set.keys, []) END AS exempt_diag_keys",
        "coalesce(exempt_set.has_tcm, FALSE) AS exempt_has_tcm",
    ]  # fmt: skip
    joins = ["LEFT JOIN diag_set AS exempt_set ON exempt_set.text = live.exempt_diag      -- unique text"]
    for name in _names(ours):
        param = _declaration(name, ours)
        text = _text(param, ours)
        for kind in SET_KINDS.get(param.role, ()):
            joins.append(f"LEFT JOIN {kind}_set AS {name}_{kind} ON {name}_{kind}.text = {text}      -- unique text")
        columns += _param_columns(param, text)
    lines = ",\n    ".join(columns)
    return f"SELECT {lines}\nFROM live\n{chr(10).join(joins)}\nWHERE {_is_ours(ours)}\nORDER BY rule_key"


def _param_columns(param: Param, text: str) -> list[str]:
    """The columns of one parameter in ``<shape>_rule``."""
    name = param.name
    if param.role == "codes":
        return [f"{text} AS {name}_text"]
    if param.role in SET_KINDS:
        columns = []
        for kind in SET_KINDS[param.role]:
            keys = f"{name}_keys" if kind == "diag" or param.role == "oprns" else f"{name}_oprn_keys"
            columns.append(f"CASE WHEN {text} IS NOT NULL THEN coalesce({name}_{kind}.keys, []) END AS {keys}")
            if kind == "diag":
                columns.append(f"coalesce({name}_diag.has_tcm, FALSE) AS {name}_has_tcm")
        return [*columns, f"{text} AS {name}_text"]
    if param.role == "depts":
        return [f"{_departments(text)} AS {name}"]
    if param.kind == "list":
        # Levels are compared without leading zeros.
        is_level = name == "chrgitm_lv"
        return [f"{_without_zeros(_strings(text)) if is_level else _strings(text)} AS {name}"]
    if param.kind == "int":
        return [f"CAST({text} AS INTEGER) AS {name}"]
    if param.kind == "decimal":
        return [f"CAST(CAST({text} AS DECIMAL(18, 6)) * 1000000 AS BIGINT) AS {name}"]
    return [f"{text} AS {name}"]


def _target_query(ours: list[RuleType]) -> str:
    """The query of ``<shape>_target``: one row for each rule, side, code and run of days."""
    sides = []
    for name in _names(ours):
        param = _declaration(name, ours)
        if param.role == "codes":
            sides.append(f"SELECT rule_key, '{name}' AS side, {_text(param, ours)} AS text FROM live"
                         f" WHERE {_is_ours(ours)}")  # fmt: skip
    named = " UNION ALL ".join(sides) or "SELECT rule_key, '' AS side, CAST(NULL AS VARCHAR) AS text FROM live LIMIT 0"
    return f"""
        SELECT named.rule_key, named.side, med_set.code_key, validity.eff_beg, validity.eff_end
        FROM ({named}) AS named
        JOIN med_set ON med_set.text = named.text              -- one row for each code of a list
        JOIN validity ON validity.rule_key = named.rule_key    -- runs of days do not overlap
        ORDER BY named.rule_key, named.side, med_set.code_key, validity.eff_beg"""


def _names(ours: list[RuleType]) -> list[str]:
    return list(dict.fromkeys(param.name for rule_type in ours for param in rule_type.params))


def _declaration(name: str, ours: list[RuleType]) -> Param:
    """The first declaration of ``name`` in a shape; a test holds that kind and role agree within a shape."""
    return next(param for rule_type in ours for param in rule_type.params if param.name == name)


def _text(param: Param, ours: list[RuleType]) -> str:
    """SQL text of a parameter's value: as written, else the type's default."""
    cases = []
    for rule_type in ours:
        for own in rule_type.params:
            if own.name == param.name and own.default is not None:
                cases.append(f"WHEN rule_type_id = '{rule_type.id}' THEN '{own.default}'")
            elif own.name == param.name and own.default_by is not None:
                other, defaults = own.default_by
                for value, default in defaults.items():
                    cases.append(f"WHEN rule_type_id = '{rule_type.id}' AND p.{other} = '{value}' THEN '{default}'")
    return f"coalesce(p.{param.name}, CASE {' '.join(cases)} END)" if cases else f"p.{param.name}"


def _default_class(ours: list[RuleType]) -> str:
    cases = [f"WHEN '{t.id}' THEN [{_literals(t.default_class)}]" for t in ours if t.default_class]
    return f"CASE rule_type_id {' '.join(cases)} END" if cases else "CAST(NULL AS VARCHAR[])"


def _strings(text: str) -> str:
    """SQL text of the trimmed entries of a list; NULL stays NULL."""
    return _ENTRIES.format(text=text, spaces=SPACES)


def _departments(text: str) -> str:
    """Departments are always prefixes, so a trailing * says nothing more."""
    return f"list_transform({_strings(text)}, lambda entry: rtrim(entry, '*'))"


def _without_zeros(entries: str) -> str:
    return f"list_transform({entries}, lambda entry: ltrim(entry, '0'))"


def _literals(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values) or "''"


def _is_ours(ours: list[RuleType]) -> str:
    return f"rule_type_id IN ({_literals(rule_type.id for rule_type in ours)})"


def _of(ours: list[RuleType]) -> str:
    return f"SELECT rule_key FROM live WHERE {_is_ours(ours)}"
