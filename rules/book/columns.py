"""The common columns and the parameters of a rule row as SQL: text in, typed values and the first fault out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.book.expansion import SPACES
from rules.rule_type import GIVEN, Param, RuleType

COMMON = (
    "rule_id", "rule_ver", "begndate", "enddate", "sev_deg", "control_mode", "insutype", "med_class", "hosp_lv",
    "poolarea", "exempt_dept", "exempt_diag", "stas", "gz_code", "src_doc", "tip",
)  # fmt: skip
CONTROL_MODES = ("SETTLE", "ERROR", "REMIND")
STATES = ("active", "shadow", "retired")

_DECIMAL = r"([0-9]{1,12}(\.[0-9]{0,6}0*)?|\.[0-9]{1,6}0*)"
_IS_DATE = "regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"

# Two code entries meet if they name a common code; a trailing * makes a prefix.
MACROS = (
    """CREATE MACRO entries_meet(x, y) AS x = y OR (x LIKE '%*' AND starts_with(rtrim(y, '*'), rtrim(x, '*')))
        OR (y LIKE '%*' AND starts_with(rtrim(x, '*'), rtrim(y, '*')))""",
    """CREATE MACRO codes_meet(a, b) AS
        len(list_filter(a, lambda x: len(list_filter(b, lambda y: entries_meet(x, y))) > 0)) > 0""",
    f"""CREATE MACRO entries(text) AS list_filter(
        list_transform(string_split(text, ';'), lambda part: trim(part, {SPACES})), lambda part: part <> '')""",
    # A range needs both ends, in order.
    """CREATE MACRO bad_ranges(list) AS len(list_filter(list, lambda x: contains(x, '-') AND (
        trim(split_part(x, '-', 1)) = '' OR trim(split_part(x, '-', 2)) = ''
        OR upper(trim(split_part(x, '-', 1))) > upper(trim(split_part(x, '-', 2)))))) > 0""",
)


@dataclass(frozen=True)
class Fault:
    """A condition under which a row is refused; ``text`` is the cell that the reason quotes, SQL, if any."""

    param: str
    refused_if: str
    reason: str
    text: str | None = None

    def sql(self) -> str:
        """One WHEN of the CASE that finds a row's first fault."""
        reason = self.reason.replace("'", "''")
        quoted = f"'{self.param} is ''' || {self.text} || '''; '" if self.text else "''"
        return f"WHEN {self.refused_if} THEN {{'param': '{self.param}', 'reason': {quoted} || '{reason}'}}"


def raw(name: str) -> str:
    """The column that holds the text of ``name`` as it came."""
    return f'"{name}__text"'


def common_columns(rule_type: RuleType) -> list[str]:
    """SQL of the common columns, typed and with their defaults."""
    date = "CASE WHEN {is_date} THEN TRY_CAST({text} AS DATE) END AS {name}"
    dates = [date.format(is_date=_IS_DATE.format(text=raw(name)), text=raw(name), name=name) for name in ("begndate", "enddate")]
    return [
        f"{raw('rule_id')} AS rule_id",
        f"CASE WHEN {raw('rule_ver')} IS NULL THEN 1 ELSE {_int(raw('rule_ver'))} END AS rule_ver",
        *dates,
        f"CAST(coalesce({raw('sev_deg')}, '{rule_type.sev_deg}') AS VARCHAR) AS sev_deg",
        f"coalesce({raw('control_mode')}, '{rule_type.control_mode}') AS control_mode",
        *[f"CASE WHEN len(entries({raw(name)})) > 0 THEN {raw(name)} END AS {name}" for name in COMMON[6:12]],
        f"coalesce({raw('stas')}, 'active') AS stas",
        *[f"{raw(name)} AS {name}" for name in COMMON[13:]],
    ]


def common_faults() -> list[Fault]:
    """What may be wrong with the common columns, in the order in which a row's first fault is named."""
    faults = [
        Fault("rule_id", "rule_id IS NULL", "rule_id is empty; it must be given"),
        Fault("rule_ver", "rule_ver IS NULL", "it must be a whole number", raw("rule_ver")),
    ]
    for name in ("begndate", "enddate"):
        refused = f"{raw(name)} IS NOT NULL AND {name} IS NULL"
        faults.append(Fault(name, refused, "it must be a date YYYY-MM-DD or empty", raw(name)))
    return [
        *faults,
        Fault("enddate", "enddate < begndate", "it must not be before begndate", raw("enddate")),
        Fault("sev_deg", "sev_deg NOT IN ('1', '2', '3')", "it must be 1, 2, 3 or empty", "sev_deg"),
        Fault("control_mode", f"control_mode NOT IN ({_literals(CONTROL_MODES)})",
              "it must be SETTLE, ERROR, REMIND or empty", "control_mode"),
        Fault("hosp_lv", "NOT regexp_full_match(hosp_lv, '[0-9]{0,9}([ ;]+[0-9]{0,9})*')",
              "it must be levels (1 to 11) separated by ;", "hosp_lv"),
        Fault("exempt_diag", "bad_ranges(entries(exempt_diag))", _RANGE, "exempt_diag"),
        *[Fault(name, f"contains({name}, '；')", _SEPARATOR, name) for name in COMMON[6:12]],
        Fault("stas", f"stas NOT IN ({_literals(STATES)})", "it must be active, shadow, retired or empty", "stas"),
    ]  # fmt: skip


_RANGE = "a range must be written first-last with first not after last, for example S00-T98"
_SEPARATOR = "entries must be separated by ; (a half-width semicolon)"


def typed_param(param: Param) -> str:
    """SQL of a parameter's typed value with its default; NULL if it is empty or does not parse."""
    text = raw(param.name)
    value = {"int": _int(text), "decimal": _decimal(text), "list": f"entries({text})"}.get(param.kind, text)
    if param.default is not None:
        default = {
            "int": param.default,
            "decimal": f"CAST({param.default} AS DECIMAL(18, 6))",
            "list": f"entries('{param.default}')",
        }.get(param.kind, f"'{param.default}'")
        value = f"CASE WHEN {text} IS NULL THEN {default} ELSE {value} END"
    return f'{value} AS "{param.name}"'


def canonical(param: Param) -> str:
    """SQL text of a parameter as it is kept: trimmed, numbers in their shortest form; NULL if the cell is empty."""
    if param.kind == "int":
        text = f'CAST("{param.name}" AS VARCHAR)'
    elif param.kind == "decimal":
        text = f"""rtrim(rtrim(CAST("{param.name}" AS VARCHAR), '0'), '.')"""
    else:
        text = raw(param.name)
    return f"CASE WHEN {raw(param.name)} IS NOT NULL THEN {text} END"


def param_faults(rule_type: RuleType) -> Iterator[Fault]:
    """What may be wrong with the type's own parameters, in declared order, then the tests across them."""
    for param in rule_type.params:
        yield from _faults_of(param)
    for check in rule_type.row_checks:
        yield Fault(check.param, check.refused_if, check.reason)


def _faults_of(param: Param) -> Iterator[Fault]:
    name, text = param.name, raw(param.name)
    if param.required:
        yield Fault(name, f"{text} IS NULL", f"{name} is empty; it must be given")
    if param.when:
        other, values = param.when
        is_given = values == (GIVEN,)
        test = f'"{other}" IS NOT NULL' if is_given else f'"{other}" IN ({_literals(values)})'
        words = "is given" if is_given else f"is {' or '.join(values)}"
        yield Fault(name, f"{text} IS NULL AND {test}", f"{name} is empty; it must be given when {other} {words}")
    if param.kind in ("int", "decimal"):
        number = "a whole number" if param.kind == "int" else "a number with at most 6 decimals"
        yield Fault(name, f'{text} IS NOT NULL AND "{name}" IS NULL', f"it must be {number}, 0 or more", text)
    if param.one_of:
        reason = f"it must be one of {', '.join(param.one_of)}"
        yield Fault(name, f"{text} IS NOT NULL AND {_is_outside(param)}", reason, text)
    if param.kind == "list" and param.role != "plain":
        yield Fault(name, f"contains({text}, '；')", _SEPARATOR, text)
    if param.role in ("diags", "diags_or_oprns"):
        yield Fault(name, f"contains({text}, '-') AND bad_ranges({name})", _RANGE, text)


def _is_outside(param: Param) -> str:
    allowed = _literals(param.one_of)
    if param.kind == "list":
        # Levels are compared without leading zeros (contract, general.codes).
        entry = "ltrim(x, '0')" if param.name == "chrgitm_lv" else "x"
        return f'len(list_filter("{param.name}", lambda x: {entry} NOT IN ({allowed}))) > 0'
    return f'CAST("{param.name}" AS VARCHAR) NOT IN ({allowed})'


def _int(text: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,9}}') THEN CAST({text} AS INTEGER) END"


def _decimal(text: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, '{_DECIMAL}') THEN CAST({text} AS DECIMAL(18, 6)) END"


def _literals(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)
