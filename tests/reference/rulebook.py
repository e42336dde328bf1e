"""Rule rows: typed by the contract's own parameter lists, refused where they do not parse, chosen by validity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.examples.contract import contract_types
from tests.reference.row_checks import is_sound
from tests.reference.values import as_day, as_integer, as_number, entries

DEFAULTS: dict[str, dict[str, str]] = {
    "V07": {"internet": "any", "skip_first_days": "0", "skip_last_days": "0"},
    "V11": {"need_filing": "0"},
    "V14": {"cnt_rule": "min"},
    "V16": {"day_rule": "both"},
    "V19": {"uncertain_set": "R00-R99;Z03", "history_days": "0"},
    "V20": {"tolerance": "1"},
    "V27": {"tolerance_cnt": "0", "grace_hours": "0"},
    "V28": {"min_amt": "0"},
    "V29": {"grace_hours": "24"},
    "S01": {"skip_dscg_way": "2;3;5"},
    "S02": {"passive_types": "01;02;07;12;13;14"},
    "S03": {"age_from": "6", "age_to": "64"},
    "S05": {"filing_days": "0"},
    "S06": {"min_cases": "30", "min_peers": "5"},
    "S08": {"min_peers": "100"},
    "S09": {"tolerance_pct": "0", "tolerance_cnt": "0", "unit_factor": "1"},
    "S11": {"same_employer": "0", "lookback_months": "12", "fee_bucket": "100", "max_block": "200"},
}
OPEN_BEGIN, OPEN_END = date(1900, 1, 1), date(9999, 12, 31)


@dataclass(eq=False)
class Rule:
    """One accepted rule row; ``params`` holds typed values, None where nothing is given and nothing defaults."""

    type_id: str
    rule_id: str
    rule_ver: int
    stas: str
    sev_deg: int
    control_mode: str
    begin: date
    end: date
    insutype: list[str]
    med_class: list[str]
    hosp_lv: list[str]
    poolarea: list[str]
    exempt_dept: list[str]
    exempt_diag: list[str]
    params: dict[str, Any]

    @property
    def own_pay(self) -> bool:
        """Whether lines and visits that cost the fund nothing are judged."""
        return str(contract_types()[self.type_id]["own_pay"]) == "yes"

    @property
    def catalogue_order(self) -> int:
        """Place of the type in the catalogue."""
        return list(contract_types()).index(self.type_id)

    def __getitem__(self, name: str) -> Any:
        return self.params[name]


class Rulebook:
    """The accepted rows, and which of them holds on a day."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.rules: list[Rule] = []
        seen: set[tuple[str, str, int]] = set()
        diseases: dict[str, str] = {}
        for row in rows:
            rule = _typed(row)
            if rule is None or (rule.type_id, rule.rule_id, rule.rule_ver) in seen:
                continue
            is_list = rule.type_id == "V11" and rule["variant"] == "list"
            # One list row for each disease; a further version of it is no further row.
            if is_list and diseases.setdefault(rule["opsp_dise_code"], rule.rule_id) != rule.rule_id:
                continue
            seen.add((rule.type_id, rule.rule_id, rule.rule_ver))
            self.rules.append(rule)

    def holds(self, rule: Rule, on: date | None) -> bool:
        """Whether the row is the highest valid version of its rule on that day, and not retired."""
        if on is None or rule.stas == "retired":
            return False
        same = [r for r in self.rules if (r.type_id, r.rule_id) == (rule.type_id, rule.rule_id)]
        valid = [r for r in same if r.begin <= on <= r.end]
        return bool(valid) and max(valid, key=lambda r: r.rule_ver) is rule


def _typed(row: dict[str, str]) -> Rule | None:
    """The row with typed parameters; None if it is refused."""
    spec = contract_types()[row["rule_type_id"]]
    begin, end = as_day(row.get("begndate")), as_day(row.get("enddate"))
    bad_dates = (row.get("begndate") and begin is None) or (row.get("enddate") and end is None)
    version = as_integer(row.get("rule_ver"))
    if bad_dates or version is None or (begin or OPEN_BEGIN) > (end or OPEN_END):
        return None
    given = DEFAULTS.get(spec["id"], {}) | {k: v for k, v in row.items() if v}
    params: dict[str, Any] = {}
    for param in spec["params"]:
        value = given.get(param["name"]) or None
        if value is None and _is_required(param, given):
            return None
        params[param["name"]] = _value(param, value)
        if value is not None and params[param["name"]] is None:
            return None
    if not is_sound(spec["id"], params):
        return None
    scope = {name: entries(row.get(name)) for name in ("insutype", "med_class", "hosp_lv", "poolarea")}
    return Rule(
        type_id=spec["id"],
        rule_id=row["rule_id"],
        rule_ver=version,
        stas=row.get("stas") or "active",
        sev_deg=int(row.get("sev_deg") or spec["sev_deg"]),
        control_mode=row.get("control_mode") or spec["control_mode"],
        begin=begin or OPEN_BEGIN,
        end=end or OPEN_END,
        exempt_dept=entries(row.get("exempt_dept")),
        exempt_diag=entries(row.get("exempt_diag")),
        params=params,
        **scope,
    )


def _is_required(param: dict[str, Any], given: dict[str, str]) -> bool:
    """Required always, or by the words "required when … is …" of the parameter's meaning."""
    if param["required"] == "true":
        return True
    meaning = param["meaning"]
    if meaning.startswith("required for diag_ and oprn_ variants"):
        return given.get("variant", "").startswith(("diag_", "oprn_"))
    found = re.match(r"required when (\w+) is ([\w ]+)", meaning)
    if not found:
        return False
    other, values = found.groups()
    return bool(given.get(other)) if values == "given" else given.get(other) in values.split(" or ")


def _value(param: dict[str, Any], value: str | None) -> str | int | Fraction | list[str] | None:
    """The typed value; None if there is none or it does not parse."""
    if value is None:
        return None
    kind, allowed = param["type"], param.get("one_of", [])
    if kind == "list":
        listed = entries(value)
        return listed if listed and all(not allowed or entry in allowed for entry in listed) else None
    if allowed and value not in allowed:
        return None
    if kind == "int":
        return as_integer(value)
    return as_number(value) if kind == "decimal" else value
