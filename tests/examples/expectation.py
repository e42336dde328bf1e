"""What an engine's findings miss of one example's expectation."""

from __future__ import annotations

from typing import Any

from tests.examples.case import Case, Expect, Key

COMPARED = ("rule_ver", "setl_id", "sev_deg", "vola_amt_stas", "vola_amt", "vola_cnt", "vola_inscp_amt", "fund_amt")
Row = dict[str, Any]


def unmet(case: Case, findings: list[Row], detl: list[Row]) -> list[str]:
    """One line for each thing that differs; nothing if the example holds.

    ``findings`` and ``detl`` are rows of `finding` and `finding_detl` as dictionaries.
    """
    expected = {(expect.rule_id, expect.fault): expect for expect in case.expects}
    got = {(finding["rule_id"], _keys(finding, detl, 1)): finding for finding in findings}
    wrong = [f"no finding {key}" for key in expected if key not in got]
    wrong += [f"finding too many {key} {finding['vola_amt']}" for key, finding in got.items() if key not in expected]
    if len(got) < len(findings):
        wrong.append("one finding twice")
    for key in expected.keys() & got.keys():
        wrong += _differences(expected[key], got[key], _keys(got[key], detl, 2))
    return wrong


def _differences(expect: Expect, finding: Row, related: tuple[Key, ...]) -> list[str]:
    pairs = [(name, getattr(expect, name), finding[name]) for name in COMPARED] + [("related", expect.related, related)]
    return [
        f"{expect.rule_id} {expect.fault} {name}: expected {wanted}, got {value}"
        for name, wanted, value in pairs
        if wanted is not None and wanted != value
    ]


def _keys(finding: Row, detl: list[Row], kind: int) -> tuple[Key, ...]:
    own = [row for row in detl if row["jr_id"] == finding["jr_id"] and row["vola_item_type"] == kind]
    return tuple(sorted((row["mdtrt_id"], row["feedetl_sn"]) for row in own))
