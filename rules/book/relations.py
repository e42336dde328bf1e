"""SQL of the compiled relations of one shape, made from the declarations of its types."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from rules.book.expansion import SPACES
from rules.rule_type import GIVEN, Param, RuleType

# Set kinds (rules/book/expansion.py) that a role is expanded to.
SET_KINDS = {"diags": ("diag",), "oprns": ("oprn",), "diags_or_oprns": ("diag", "oprn")}


def live_query(ours: Sequence[RuleType], present_tables: Collection[str]) -> str:
    """One row for each rule of these types that can be judged: its columns and, as text, every parameter of the types.

    A parameter's text is the row's own, else its type's default.
    """
    judged = [t for t in ours if t.logic is not None and set(t.needs) <= set(present_tables)]
    names = _names(ours)
    structure = ",".join(f'"{name}":"VARCHAR"' for name in names)
    values = ", ".join(f'{_value(name, ours)} AS "{name}"' for name in names)
    left_out = [condition for t in judged for condition in _left_out(t, present_tables)]
    return f"""
        SELECT * FROM (
            SELECT * EXCLUDE (p), {values}
            FROM (
                SELECT * EXCLUDE (params), from_json(params, '{{{structure}}}') AS p
                FROM keyed SEMI JOIN validity USING (rule_key)
                WHERE rule_type_id IN ({_literals(t.id for t in judged)})
            )
        )
        WHERE NOT ({" OR ".join(left_out) or "FALSE"})"""


def _left_out(rule_type: RuleType, present_tables: Collection[str]) -> Iterable[str]:
    """Conditions (never NULL) on the parameter values whose tables are absent."""
    for (name, value), needed in rule_type.variant_needs.items():
        if not set(needed) <= set(present_tables):
            test = "IS NOT NULL" if value == GIVEN else f"IS NOT DISTINCT FROM '{value}'"
            yield f"(rule_type_id = '{rule_type.id}' AND \"{name}\" {test})"


def _value(name: str, ours: Sequence[RuleType]) -> str:
    cases = []
    for rule_type in ours:
        for own in rule_type.params:
            if own.name == name and own.default is not None:
                cases.append(f"WHEN rule_type_id = '{rule_type.id}' THEN '{own.default}'")
            elif own.name == name and own.default_by is not None:
                other, defaults = own.default_by
                for value, default in defaults.items():
                    cases.append(f"WHEN rule_type_id = '{rule_type.id}' AND p.\"{other}\" = '{value}' THEN '{default}'")
    return f'coalesce(p."{name}", CASE {" ".join(cases)} END)' if cases else f'p."{name}"'


def wanted_query(shapes: Mapping[str, Sequence[RuleType]], kind: str) -> str:
    """Every distinct list that is to be expanded to codes of ``kind`` (med, diag, oprn)."""
    texts = ["SELECT CAST(NULL AS VARCHAR) AS text"]  # types without any such list
    for shape, ours in shapes.items():
        columns = [name for name in _names(ours) if kind in _kinds(_declaration(name, ours))]
        columns += ["exempt_diag"] if kind == "diag" else []
        texts += [f'SELECT "{column}" AS text FROM live_{shape}' for column in columns]
    return f"SELECT text FROM ({' UNION '.join(texts)}) WHERE text IS NOT NULL"


def _kinds(param: Param) -> tuple[str, ...]:
    return ("med",) if param.role == "codes" else SET_KINDS.get(param.role, ())


def meta_query(shapes: Mapping[str, Sequence[RuleType]], types: Iterable[str]) -> str:
    """The query of ``rule_meta``: what a finding says of its rule; catalogue_no is the type's place in the catalogue."""
    places = " ".join(f"WHEN '{rule_id}' THEN {place}" for place, rule_id in enumerate(types, start=1))
    columns = "rule_key, rule_type_id, rule_id, rule_ver, sev_deg, control_mode, stas"
    live = " UNION ALL ".join(f"SELECT {columns} FROM live_{shape}" for shape in shapes)
    return f"SELECT *, CAST(CASE rule_type_id {places} END AS INTEGER) AS catalogue_no FROM ({live}) ORDER BY rule_key"


def valid_query(shape: str) -> str:
    """The query of ``<shape>_valid``: one row for each rule and run of days on which it governs."""
    return f"""
        SELECT rule_key, eff_beg, eff_end FROM validity SEMI JOIN live_{shape} USING (rule_key)
        ORDER BY rule_key, eff_beg"""


def rule_query(shape: str, ours: Sequence[RuleType]) -> str:
    """The query of ``<shape>_rule``: one row for each live rule of the shape's types."""
    columns = [
        "rule_key", "rule_type_id", "rule_id", "rule_ver", "sev_deg", "stas",
        f"{_entries('insutype')} AS scope_insutype",
        f"coalesce({_entries('med_class')}, {_default_class(ours)}) AS scope_class",
        f"CAST({_entries('hosp_lv')} AS INTEGER[]) AS scope_hosp_lv",
        f"{_entries('poolarea')} AS scope_poolarea",
        f"{_departments('exempt_dept')} AS exempt_dept",
        "CASE WHEN exempt_diag IS NOT NULL THEN coalesce(exempt_set.keys, []) END AS exempt_diag_keys",
        "coalesce(exempt_set.has_tcm, FALSE) AS exempt_has_tcm",
    ]  # fmt: skip
    joins = [_set_join(shape, "diag", "exempt_diag", "exempt_set")]
    for name in _names(ours):
        param = _declaration(name, ours)
        joins += [_set_join(shape, kind, name, f"{name}_{kind}") for kind in SET_KINDS.get(param.role, ())]
        columns += _param_columns(param)
    lines = ",\n    ".join(columns)
    return f"SELECT {lines}\nFROM live_{shape} AS live\n{chr(10).join(joins)}\nORDER BY rule_key"


def _set_join(shape: str, kind: str, column: str, alias: str) -> str:
    """The expanded sets of one column; only its own, so that what is joined stays small. Texts are unique."""
    own = f'SELECT "{column}" AS text FROM live_{shape}'
    return f"""LEFT JOIN (SELECT * FROM {kind}_set SEMI JOIN ({own}) USING (text)) AS {alias}
        ON {alias}.text = live."{column}\""""


def _param_columns(param: Param) -> list[str]:
    """The columns of one parameter in ``<shape>_rule``."""
    name, text = param.name, f'live."{param.name}"'
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
        return [f'{_departments(text)} AS "{name}"']
    if param.kind == "list":
        return [f'{_levels(text) if name == "chrgitm_lv" else _entries(text)} AS "{name}"']
    if param.kind == "int":
        return [f'CAST({text} AS INTEGER) AS "{name}"']
    if param.kind == "decimal":
        return [f'CAST(CAST({text} AS DECIMAL(38, 6)) * 1000000 AS BIGINT) AS "{name}"']
    return [f'{text} AS "{name}"']


def target_query(shape: str, ours: Sequence[RuleType]) -> str:
    """The query of ``<shape>_target``: one row for each rule, side, code and run of days."""
    sides = [
        f"SELECT rule_key, '{name}' AS side, \"{name}\" AS text FROM live_{shape}"
        for name in _names(ours)
        if _declaration(name, ours).role == "codes"
    ]
    none = f"SELECT rule_key, '' AS side, CAST(NULL AS VARCHAR) AS text FROM live_{shape} LIMIT 0"
    return f"""
        SELECT named.rule_key, named.side, med_set.code_key, validity.eff_beg, validity.eff_end
        FROM ({" UNION ALL ".join(sides) or none}) AS named
        JOIN med_set ON med_set.text = named.text              -- one row for each code of a list
        JOIN validity ON validity.rule_key = named.rule_key    -- runs of days do not overlap
        ORDER BY named.rule_key, named.side, med_set.code_key, validity.eff_beg"""


def _names(ours: Sequence[RuleType]) -> list[str]:
    return list(dict.fromkeys(param.name for rule_type in ours for param in rule_type.params))


def _declaration(name: str, ours: Sequence[RuleType]) -> Param:
    """The first declaration of ``name`` in a shape; a test holds that kind and role agree within a shape."""
    return next(param for rule_type in ours for param in rule_type.params if param.name == name)


def _default_class(ours: Sequence[RuleType]) -> str:
    cases = [f"WHEN '{t.id}' THEN [{_literals(t.default_class)}]" for t in ours if t.default_class]
    return f"CASE rule_type_id {' '.join(cases)} END" if cases else "CAST(NULL AS VARCHAR[])"


def _entries(text: str) -> str:
    """SQL text of the trimmed entries of a list; NULL stays NULL."""
    trimmed = f"list_transform(string_split({text}, ';'), lambda part: trim(part, {SPACES}))"
    return f"list_filter({trimmed}, lambda part: part <> '')"


def _departments(text: str) -> str:
    """Departments are always prefixes, so a trailing * says nothing more."""
    return f"list_transform({_entries(text)}, lambda entry: rtrim(entry, '*'))"


def _levels(text: str) -> str:
    """Levels are compared without leading zeros."""
    return f"list_transform({_entries(text)}, lambda entry: ltrim(entry, '0'))"


def _literals(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values) or "''"
