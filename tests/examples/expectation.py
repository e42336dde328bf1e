"""What an engine's findings miss of one example's expectation."""

from __future__ import annotations

from typing import Any

from tests.examples.contract import Case

COMPARED = ("rule_id", "sev_deg", "vola_amt_stas", "vola_amt", "vola_cnt", "vola_inscp_amt", "fund_amt")


def unmet(case: Case, findings: list[dict[str, Any]], detl: list[dict[str, Any]]) -> list[str]:
    """One line for each thing that differs; nothing if the example holds.

    ``findings`` and ``detl`` are rows of `finding` and `finding_detl` as dictionaries.
    """
    expect = case.expect
    if expect is None:
        return [f"no finding expected, got {_brief(finding, detl)}" for finding in findings]
    if len(findings) != 1:
        return [f"one finding expected, got {[_brief(finding, detl) for finding in findings]}"]
    finding = findings[0]
    wrong = [
        f"{name}: expected {getattr(expect, name)}, got {finding[name]}"
        for name in COMPARED
        if getattr(expect, name) is not None and getattr(expect, name) != finding[name]
    ]
    for name, kind in (("fault", 1), ("related", 2)):
        keys = _keys(finding, detl, kind)
        if getattr(expect, name) is not None and getattr(expect, name) != keys:
            wrong.append(f"{name}: expected {getattr(expect, name)}, got {keys}")
    return wrong


def _keys(finding: dict[str, Any], detl: list[dict[str, Any]], kind: int) -> tuple[tuple[str, str], ...]:
    own = [row for row in detl if row["jr_id"] == finding["jr_id"] and row["vola_item_type"] == kind]
    return tuple(sorted((row["mdtrt_id"], row["feedetl_sn"]) for row in own))


def _brief(finding: dict[str, Any], detl: list[dict[str, Any]]) -> str:
    return f"{finding['rule_id']} {_keys(finding, detl, 1)} {finding['vola_amt']}"
