"""What differs between two results, in words: findings, their rows, and what is refused."""

from __future__ import annotations

from collections import Counter
from typing import Any, Protocol

Row = dict[str, Any]


class Judged(Protocol):
    """The rows of a run: findings, finding_detl and refuse_list as dictionaries with the contract's columns."""

    findings: list[Row]
    detl: list[Row]
    refuse_list: list[Row]


FINDING = (
    "rule_id",
    "rule_ver",
    "sev_deg",
    "control_mode",
    "psn_no",
    "mdtrt_id",
    "setl_id",
    "fixmedins_code",
    "bilg_dept_codg",
    "bilg_dr_codg",
    "found_for",
    "vola_cnt",
    "vola_amt",
    "vola_inscp_amt",
    "fund_amt",
    "vola_amt_stas",
    "finding_stas",
    "jr_id",
)
AMOUNTS = ("vola_cnt", "vola_amt", "vola_inscp_amt", "fund_amt")
REFUSED = ("month", "mdtrt_id", "setl_id", "feedetl_sn", "rule_id", *AMOUNTS[1:], "jr_id")


def differences(expected: Judged, got: Judged) -> list[str]:
    """One line for each row or value that only one side has; nothing if the results are equal.

    Findings are matched by rule, version and rows at fault (jr_id is made of just these), and named by them.
    """
    wrong: list[str] = []
    ours, theirs = _by_id(expected), _by_id(got)
    wrong += [f"missing finding {_name(ours[key])}" for key in sorted(set(ours) - set(theirs))]
    wrong += [f"finding too many {_name(theirs[key])}" for key in sorted(set(theirs) - set(ours))]
    for key in sorted(set(ours) & set(theirs)):
        wrong += _finding_differences(ours[key], theirs[key])
    for label, result in (("expected", expected), ("got", got)):
        counts = Counter(finding["jr_id"] for finding in result.findings)
        wrong += [f"{label}: jr_id {key[:8]} {count} times" for key, count in sorted(counts.items()) if count > 1]
    return wrong + _refused_differences(expected.refuse_list, got.refuse_list)


def _by_id(result: Judged) -> dict[str, tuple[Row, dict[Any, Row]]]:
    rows: dict[str, dict[Any, Row]] = {finding["jr_id"]: {} for finding in result.findings}
    for row in result.detl:
        rows.setdefault(row["jr_id"], {})[row["vola_item_type"], row["mdtrt_id"], row["feedetl_sn"]] = row
    return {finding["jr_id"]: (finding, rows[finding["jr_id"]]) for finding in result.findings}


def _name(entry: tuple[Row, dict[Any, Row]]) -> str:
    finding, rows = entry
    where = ", ".join(f"{mdtrt}|{sn}" for kind, mdtrt, sn in sorted(rows) if kind == 1)
    related = ", ".join(f"{mdtrt}|{sn}" for kind, mdtrt, sn in sorted(rows) if kind == 2)
    who = f"{finding['rule_id']} v{finding['rule_ver']} {finding['mdtrt_id']}/{finding['setl_id']}"
    return f"{who} at fault [{where}] related [{related}] amount {finding['vola_amt']}"


def _finding_differences(ours: tuple[Row, dict[Any, Row]], theirs: tuple[Row, dict[Any, Row]]) -> list[str]:
    name = _name(ours)
    wrong = [
        f"{name}: {column} expected {ours[0].get(column)}, got {theirs[0].get(column)}"
        for column in FINDING
        if not _same(ours[0].get(column), theirs[0].get(column))
    ]
    for key in sorted(set(ours[1]) | set(theirs[1])):
        mine, other = ours[1].get(key), theirs[1].get(key)
        if mine is None or other is None:
            wrong.append(f"{name}: row {key} {'missing' if other is None else 'too many'}")
            continue
        wrong += [
            f"{name}: row {key} {column} expected {mine[column]}, got {other[column]}"
            for column in AMOUNTS
            if not _same(mine[column], other[column])
        ]
    return wrong


def _same(mine: Any, other: Any) -> bool:
    """Equal; an empty text is a missing value."""
    return (mine if mine != "" else None) == (other if other != "" else None)


def _refused_differences(ours: list[Row], theirs: list[Row]) -> list[str]:
    expected = Counter(_refused(row) for row in ours)
    got = Counter(_refused(row) for row in theirs)
    wrong = [f"refuse_list lacks {row}" for row in sorted((expected - got).elements())]
    return wrong + [f"refuse_list has too many {row}" for row in sorted((got - expected).elements())]


def _refused(row: Row) -> str:
    return " ".join(f"{column}={row[column] if column != 'jr_id' else row[column][:8]}" for column in REFUSED)
