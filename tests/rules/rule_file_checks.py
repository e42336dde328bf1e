"""The contract's typing rules for rows of a rule file, written plainly, to judge the demo base by."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

import pandas as pd

from rules.rule_type import Param, RuleType


def parses(param: Param, text: str) -> bool:
    """Whether the text is a value of the parameter."""
    parts = text.split(";") if param.kind == "list" else [text]
    if param.one_of and not {*parts} <= {*param.one_of}:
        return False
    if any(not part or part != part.strip() for part in parts):
        return False
    if param.kind == "int":
        return re.fullmatch(r"-?\d+", text) is not None
    if param.kind == "decimal":
        try:
            return Decimal(text) == round(Decimal(text), 6)
        except InvalidOperation:
            return False
    return True


def faults(rule_type: RuleType, rows: pd.DataFrame) -> list[str]:
    """One line for each rule of the contract that some row breaks."""
    found = []
    for param in rule_type.params:
        values = rows[param.name]
        if param.required and values.isna().any():
            found.append(f"{rule_type.id}.{param.name} is empty")
        if param.when:
            other, wanted = param.when
            needed = rows[other].notna() if wanted == ("given",) else rows[other].isin(wanted)
            if (needed & values.isna()).any():
                found.append(f"{rule_type.id}.{param.name} is empty where it is required")
        bad = [text for text in values.dropna().unique() if not parses(param, text)]
        if bad:
            found.append(f"{rule_type.id}.{param.name} does not parse: {bad[:3]}")
    if rows.duplicated(["rule_id", "rule_ver"]).any():
        found.append(f"{rule_type.id} repeats a key")
    dated = rows.dropna(subset=["begndate", "enddate"])
    if (dated["begndate"] > dated["enddate"]).any():
        found.append(f"{rule_type.id} has an inverted validity")
    return found + [f"{rule_type.id}: {text}" for text in across(rule_type.id, rows)]


def across(rule_type_id: str, rows: pd.DataFrame) -> list[str]:
    """The rules across parameters."""
    found = []
    if rule_type_id in ("V03", "V04", "V05"):
        low, high = ("min_rank", "max_rank") if rule_type_id == "V05" else ("age_min", "age_max")
        if (rows[low].isna() & rows[high].isna()).any():
            found.append("no bound")
    if rule_type_id == "V24" and (rows[rows["variant"] == "age"][["age_min", "age_max"]].isna().all(axis=1)).any():
        found.append("no bound")
    if rule_type_id == "V14" and any(
        {*a.split(";")} & {*b.split(";")} for a, b in zip(rows["group_a"], rows["group_b"], strict=True)
    ):
        found.append("a code in both groups")
    if rule_type_id == "V25" and (rows["code_a"] == rows["code_b"]).any():
        found.append("a drug with itself")
    if rule_type_id == "V11" and rows[rows["variant"] == "list"]["opsp_dise_code"].duplicated().any():
        found.append("two list rows of one disease")
    if rule_type_id == "V12" and rows[["opsp_dise_code", "item_codes", "list_type"]].isna().all(axis=1).any():
        found.append("no filter")
    if rule_type_id == "V18" and rows[["required_codes", "required_oprn", "required_diag"]].isna().all(axis=1).any():
        found.append("no companion")
    if rule_type_id == "V17" and (rows["med_list_codg"].isna() & (rows["variant"] != "registration")).any():
        found.append("no code")
    if rule_type_id == "V29" and (rows["variant"].str.contains("diag|oprn") & rows["code_set"].isna()).any():
        found.append("no code set")
    if rule_type_id == "V15" and (rows["min_components"].astype(int) < 2).any():
        found.append("one component")
    if rule_type_id == "S10" and ((rows["metric"] == "readmit_rate") & (rows["period"] == "month")).any():
        found.append("readmissions of a month")
    return found
