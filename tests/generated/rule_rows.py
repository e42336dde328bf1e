"""Rule rows with scope, exemptions, versions and states around the boundary dates."""

from __future__ import annotations

from random import Random

from tests.examples.contract import contract_types
from tests.generated.parameters import PARAMETERS
from tests.generated.pools import DIAG_SETS
from tests.reference.rulebook import Rulebook

RuleRow = dict[str, str]


def rule_rows(rnd: Random, type_id: str) -> list[RuleRow]:
    """One to four rows that parse; some rules in two versions."""
    if type_id == "V11":
        return _opsp_rows(rnd)
    rows = []
    for number in range(1, rnd.choice([2, 3, 3]) + 1):
        row = _row(rnd, type_id) | {"rule_id": f"R{number}"}
        if type_id == "V23":
            row |= {"med_list_codg": f"C{number}", "ingredient": "abc"[number - 1]}
        if rnd.random() < 0.2:
            rows += _versions(rnd, row, type_id)
        else:
            rows.append(row)
    return rows


def _row(rnd: Random, type_id: str) -> RuleRow:
    """A row of the type that the rule base accepts, drawn anew until it is one."""
    while True:
        row = {"rule_type_id": type_id, "rule_id": "R1", "rule_ver": "1", "stas": "active"}
        row |= {name: rnd.choice(values) for name, values in PARAMETERS[type_id].items()} | _common(rnd)
        _drop_other_variants(row, type_id)
        if rnd.random() < 0.1:
            row["stas"] = rnd.choice(["shadow", "retired"])
        if Rulebook([row]).rules:
            return {name: value for name, value in row.items() if value}


def _common(rnd: Random) -> RuleRow:
    """Scope, exemptions, validity, degree and control: mostly none."""
    choices = {
        "insutype": ["310", "310;390", "390"],
        "med_class": ["IPT", "OTP;OPSP;IPT", "OTP;IPT;DAYSURG;TRAUMA;MATN"],
        "hosp_lv": ["5", "05;2", "8;5;2;11"],
        "poolarea": ["3301", "33;31", "310101"],
        "exempt_dept": ["A03", "B"],
        "exempt_diag": DIAG_SETS,
        "begndate": ["2025-03-10", "2025-03-01", "2025-03-31"],
        "enddate": ["2025-03-10", "2025-03-31", "2025-04-30"],
        "sev_deg": ["1", "2", "3"],
        "control_mode": ["SETTLE", "ERROR", "REMIND"],
    }
    return {name: rnd.choice(values) for name, values in choices.items() if rnd.random() < 0.12}


def _versions(rnd: Random, row: RuleRow, type_id: str) -> list[RuleRow]:
    """Two versions of one rule; the newer from 10 or 11 March, at times only for a day, at times retired."""
    newer = row | _row(rnd, type_id) | {"rule_id": row["rule_id"], "rule_ver": "2"}
    newer["begndate"] = rnd.choice(["2025-03-10", "2025-03-11", "2025-03-01"])
    newer["enddate"] = rnd.choice(["", "2025-03-11", "2025-03-31"])
    newer["stas"] = rnd.choice(["active", "active", "shadow", "retired"])
    older = {name: value for name, value in row.items() if name not in ("begndate", "enddate")}
    return [older, {name: value for name, value in newer.items() if value}]


def _drop_other_variants(row: RuleRow, type_id: str) -> None:
    """Empties parameters that their meaning ties to another variant, so that a row looks like a maker's."""
    for param in contract_types()[type_id]["params"]:
        meaning, variant = param["meaning"], row.get("variant") or row.get("basis") or row.get("metric") or ""
        tied = meaning.startswith(("required when variant is ", "required when basis is ", "required when metric is "))
        if tied and variant not in meaning.split(";")[0].split(" is ", 1)[1].replace(" or ", " ").split():
            row[param["name"]] = ""


def _opsp_rows(rnd: Random) -> list[RuleRow]:
    """List rows of up to three diseases and allow rows for them."""
    rows = []
    for number, disease in enumerate(["M01", "M02", "M03"][: rnd.choice([1, 2, 3])]):
        base = {"rule_type_id": "V11", "rule_ver": "1", "stas": "active", "opsp_dise_code": disease}
        listed = base | {"variant": "list", "rule_id": f"L{number}", "need_filing": rnd.choice(["0", "1", "1"])}
        rows.append(listed | _common(rnd) if rnd.random() < 0.5 else listed)
        for code in rnd.sample(["C1", "C2", "C3", "C1*"], rnd.choice([0, 1, 1, 2])):
            allow = base | {"variant": "allow", "rule_id": f"A{number}{code}", "med_list_codg": code}
            rows.append(allow | _common(rnd) if rnd.random() < 0.3 else allow)
    return rows
