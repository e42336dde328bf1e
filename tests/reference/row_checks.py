"""Tests across the parameters of one rule row that the contract states in words."""

from __future__ import annotations

from typing import Any


def is_sound(type_id: str, params: dict[str, Any]) -> bool:
    """False if the row says something that no row of its type may say."""
    given = {name for name, value in params.items() if value is not None}
    needs_one = {
        "V03": {"age_min", "age_max"},
        "V04": {"age_min", "age_max"},
        "V05": {"min_rank", "max_rank"},
        "V12": {"opsp_dise_code", "item_codes", "list_type"},
        "V18": {"required_codes", "required_oprn", "required_diag"},
        "S03": {"max_days", "max_fee", "exam_share"},
    }
    if type_id in needs_one and not given & needs_one[type_id]:
        return False
    variant = params.get("variant")
    if type_id == "V24" and variant == "age" and not given & {"age_min", "age_max"}:
        return False
    if type_id == "V17" and variant != "registration" and "med_list_codg" not in given:
        return False
    if type_id == "V14" and set(params["group_a"]) & set(params["group_b"]):
        return False
    if type_id == "V25" and params["code_a"] == params["code_b"]:
        return False
    return not (type_id == "S10" and params["metric"] == "readmit_rate" and params["period"] == "month")
