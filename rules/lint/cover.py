"""Check for rows that add nothing: whatever line or visit such a row finds, another row finds with at least its amount.

A row ``a`` covers ``b`` if both are of one type, severity and control mode; ``a`` is not in shadow while ``b`` is active, nor
generated while ``b`` is official; it governs on all days of ``b``, applies in all of its scope and spares no more; and the
parameters differ only as ``COVERS`` allows: what it does not name must be equal. Lists of diagnoses are compared entry by
entry as written, so a row that only the codes behind them would show as covered is not reported.
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.catalogue import RULE_TYPES
from rules.lint.check import Check

COVER_MACROS = (
    "CREATE MACRO within(b, a) AS a IS NULL OR b IS NOT NULL AND list_has_all(a, b)",
    """CREATE MACRO each_begins(x_list, y_list) AS len(list_filter(x_list, lambda x:
        len(list_filter(y_list, lambda y: starts_with(x, y))) = 0)) = 0""",
    """CREATE MACRO scope_within(b, a) AS within(b.insutype, a.insutype) AND within(b.med_class, a.med_class)
        AND within(b.hosp_lv, a.hosp_lv)
        AND (a.poolarea IS NULL OR b.poolarea IS NOT NULL AND each_begins(b.poolarea, a.poolarea))""",
    """CREATE MACRO days_within(b, a) AS len(list_filter(b, lambda y:
        len(list_filter(a, lambda x: x.beg <= y.beg AND x.fin >= y.fin)) = 0)) = 0""",
    # A visit that has codes of Chinese medicine only is known to a list with such entries alone: so lists that differ have none.
    """CREATE MACRO fewer_diags(a, b) AS list_has_all(b, a)
        AND (list_has_all(a, b) OR len(list_filter(b, lambda entry: is_tcm(entry))) = 0)""",
    """CREATE MACRO spares_no_more(a_dept, a_diag, b_dept, b_diag) AS
        (a_dept IS NULL OR b_dept IS NOT NULL AND each_begins(entries(a_dept), entries(b_dept)))
        AND (a_diag IS NULL OR b_diag IS NOT NULL AND fewer_diags(entries(a_diag), entries(b_diag)))""",
)


@dataclass(frozen=True)
class Cover:
    """How a row may differ from a row of its type that it covers.

    ``codes``: lists of catalogue codes that hold at least the other's; ``more``: other lists for which that is so.
    ``fewer``, ``fewer_diags``: lists that hold at most the other's entries, both given; ``spared``: as ``fewer``, empty = none.
    ``low``, ``high``: numbers not above, not below the other's; an empty one finds nothing.
    ``where``: the rows for which this holds. ``wider``: whether scope, exemptions and days may be wider too, which they
    may not where further lines in a window can take the fault from a line.
    """

    codes: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    fewer: tuple[str, ...] = ()
    fewer_diags: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    where: str = "TRUE"
    wider: bool = True

    @property
    def named(self) -> set[str]:
        """The parameters that may differ."""
        return {*self.codes, *self.more, *self.fewer, *self.fewer_diags, *self.spared, *self.low, *self.high}


_CODE = ("med_list_codg",)
# Where a limit's excess is taken from the last lines, the lines kept are the first ones: with more lines counted, or a lower
# limit, no line that was at fault is kept. That holds for V09, V12, V16 (not for blocks, which begin at the first line) and
# V27, not for V14 (more lines of B do not raise the number that A allows), V15, V20–V22 and the sums of V26.
COVERS: dict[str, tuple[Cover, ...]] = {
    "V01": (Cover(codes=_CODE, fewer_diags=("diag_set",), spared=("alt_item_codes",)),),
    "V02": (Cover(codes=_CODE),),
    "V03": (Cover(codes=_CODE, high=("age_min",), low=("age_max",)),),
    "V04": (Cover(codes=_CODE, high=("age_min",), low=("age_max",)),),
    "V05": (Cover(codes=_CODE, high=("min_rank",), low=("max_rank",)),),
    "V06": (Cover(codes=_CODE),),
    "V07": (Cover(codes=_CODE, fewer=("allowed_class",), low=("skip_first_days", "skip_last_days")),),
    "V08": (Cover(fewer=("first_line_codes",), low=("lookback_days",)),),
    "V09": (Cover(codes=_CODE, low=("max_days",)),),
    "V10": (Cover(codes=_CODE),),
    "V11": (Cover(codes=_CODE, where="variant = 'allow'"),),
    "V12": (Cover(codes=("item_codes",), low=("limit_amt",)),),
    "V13": (Cover(codes=_CODE, low=("price_cap", "second_pct")),),
    "V14": (Cover(codes=("group_a",), wider=False),),
    "V15": (Cover(low=("bundle_price", "min_components"), wider=False),),
    "V16": (Cover(codes=("item_codes",), low=("limit_otp", "limit_ipt"), where="\"window\" <> 'block'"),),
    "V17": (Cover(codes=_CODE, fewer=("allowed_dept",), low=("max_duty_code",)),),
    "V18": (Cover(codes=_CODE, spared=("required_codes", "required_oprn"), fewer_diags=("required_diag",)),),
    "V19": (Cover(codes=_CODE, fewer_diags=("label_set",), low=("history_days",)),),
    "V20": (Cover(low=("max_daily_dose", "tolerance"), wider=False),),
    "V21": (Cover(low=("max_days", "advance_days", "max_kinds"), wider=False),),
    "V22": (Cover(low=("max_days", "chronic_max_days", "max_kinds"), wider=False),),
    "V24": (Cover(codes=_CODE, more=("contra_set", "matn_stas")),),
    "V25": (Cover(codes=("code_a", "code_b")),),
    "V26": (
        Cover(codes=_CODE, where="variant IN ('never', 'single')"),
        Cover(low=("max_grams",), where="variant IN ('daily', 'total')", wider=False),
    ),
    "V27": (Cover(codes=("item_codes",), low=("tolerance_cnt", "grace_hours")),),
    "V28": (Cover(codes=("item_codes",), fewer=("rec_type",), more=("chrgitm_lv",), low=("max_delay_days", "min_amt")),),
    "V29": (Cover(more=("code_set",), fewer_diags=("required_diag",), spared=("exempt_codes",), low=("grace_hours",)),),
    "S01": (Cover(high=("gap_days",), wider=False),),
    "S02": (Cover(low=("min_days",), wider=False),),
}
_EQUAL_ONLY = (Cover(wider=False),)

_COVERED = """
WITH rule_row AS (
    SELECT rule_key, stas, is_generated, scope, days, exempt_dept, exempt_diag, {same} AS same{differing}
    FROM {table} {joins} WHERE {where}
),
-- A covering row has the first code of the covered one: both are found by it.
coded AS (SELECT *, unnest({key}) AS code FROM rule_row)
SELECT b.rule_key AS covered, a.rule_key AS covering
FROM rule_row AS b
JOIN coded AS a ON a.same = b.same AND a.code = {b_key}[1] AND a.rule_key <> b.rule_key
WHERE (a.stas = 'active' OR a.stas = b.stas) AND (b.is_generated OR NOT a.is_generated) AND {conditions}
"""

# Of rows that cover each other the first one stays.
_SUBSUMED = """
WITH pair AS ({pairs})
SELECT covered AS rule_key, NULL AS param, '不增加任何疑点，已被另一规则完全覆盖' AS problem, min(covering) AS other_key
FROM pair
WHERE covering < covered
    OR NOT EXISTS (SELECT 1 FROM pair AS back WHERE back.covered = pair.covering AND back.covering = pair.covered)
GROUP BY covered
"""


def _pairs(rule_type_id: str, cover: Cover) -> str:
    """The query of (covered, covering) rows of one type."""
    lists = [param.name for param in RULE_TYPES[rule_type_id].params if param.kind == "list"]
    equal = [param.name for param in RULE_TYPES[rule_type_id].params if param.name not in cover.named]
    same = ["CAST(sev_deg AS VARCHAR)", "control_mode"]
    # In one order, so that lists of the same entries are equal.
    same += [f"array_to_string(list_sort(entries({name})), ';')" if name in lists else f'"{name}"' for name in equal]
    conditions = []
    if cover.wider:
        conditions += [
            "days_within(b.days, a.days)",
            "scope_within(b.scope, a.scope)",
            "spares_no_more(a.exempt_dept, a.exempt_diag, b.exempt_dept, b.exempt_diag)",
        ]
    else:
        same += ["CAST(days AS VARCHAR)", "CAST(scope AS VARCHAR)", "exempt_dept", "exempt_diag"]
    differing = [f"coalesce({name}_codes.codes, ['']) AS {name}" for name in cover.codes]
    differing += [f"CASE WHEN {name} IS NOT NULL THEN entries({name}) END AS {name}" for name in _lists(cover)]
    differing += [f"CAST({name} AS DECIMAL(18, 6)) AS {name}" for name in (*cover.low, *cover.high)]
    joins = [
        f"LEFT JOIN listed AS {name}_codes ON {name}_codes.kind = 'med' AND {name}_codes.text = {name}" for name in cover.codes
    ]
    conditions += [f"list_has_all(a.{name}, b.{name})" for name in cover.codes]
    conditions += [f"(b.{name} IS NULL OR coalesce(list_has_all(a.{name}, b.{name}), FALSE))" for name in cover.more]
    conditions += [_both_given(name, f"list_has_all(b.{name}, a.{name})") for name in cover.fewer]
    conditions += [_both_given(name, f"fewer_diags(a.{name}, b.{name})") for name in cover.fewer_diags]
    conditions += [f"list_has_all(coalesce(b.{name}, []), coalesce(a.{name}, []))" for name in cover.spared]
    conditions += [f"(b.{name} IS NULL OR coalesce(a.{name} <= b.{name}, FALSE))" for name in cover.low]
    conditions += [f"(b.{name} IS NULL OR coalesce(a.{name} >= b.{name}, FALSE))" for name in cover.high]
    key = (cover.codes or cover.more)[:1]
    return _COVERED.format(
        same=f"CAST(to_json([{', '.join(same)}]) AS VARCHAR)",
        differing="".join(f", {column}" for column in differing),
        table=rule_type_id.lower(),
        joins=" ".join(joins),
        where=cover.where,
        key=f"coalesce({key[0]}, [''])" if key else "['']",
        b_key=f"coalesce(b.{key[0]}, [''])" if key else "['']",
        conditions=" AND ".join(conditions) or "TRUE",
    )


def _lists(cover: Cover) -> tuple[str, ...]:
    return (*cover.more, *cover.fewer, *cover.fewer_diags, *cover.spared)


def _both_given(name: str, holds: str) -> str:
    return f"(a.{name} IS NULL AND b.{name} IS NULL OR coalesce({holds}, FALSE))"


SUBSUMED = Check(
    "subsumed", "被其他规则覆盖", False,
    _SUBSUMED.format(
        pairs=" UNION ALL ".join(f"({_pairs(name, cover)})" for name in RULE_TYPES for cover in COVERS.get(name, _EQUAL_ONLY))
    ),
)  # fmt: skip
