"""One example as a whole case: landing tables, rules, expectation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.examples.tables import CaseTables, Row

MONTH = "2025-03"
AS_OF = "2025-03-31"
Key = tuple[str, str]


@dataclass(frozen=True)
class Expect:
    """One finding that an example names; a field that is None is not shown there and not compared.

    ``fault`` and ``related``: (mdtrt_id, feedetl_sn) in byte order; a whole visit has feedetl_sn ``*``,
    a subject without lines mdtrt_id ``*`` and its whole key in feedetl_sn.
    """

    fault: tuple[Key, ...]
    related: tuple[Key, ...] | None
    rule_id: str
    rule_ver: int | None
    setl_id: str | None
    sev_deg: int | None
    vola_amt_stas: int | None
    vola_amt: Decimal | None
    vola_cnt: Decimal | None
    vola_inscp_amt: Decimal | None
    fund_amt: Decimal | None


@dataclass(frozen=True)
class Case:
    """One example, complete.

    Rule rows hold ``rule_type_id`` beside their file's columns. ``absent``: tables whose absence the example is about.
    ``expects``: its findings, maybe none.
    """

    id: str
    rule_type_id: str
    why: str
    tables: dict[str, list[Row]]
    rules: list[dict[str, str]]
    conf: dict[str, str]
    month: str
    absent: tuple[str, ...]
    expects: tuple[Expect, ...]


def make_case(case_id: str, rule_type: dict[str, Any], example: dict[str, Any]) -> Case:
    """The example with all that `general.examples` and clarification 27 complete it by."""
    rules = _rules(rule_type["id"], example["rule"])
    tables = CaseTables(example, rules[0], rule_type["sources"]["need"])
    shown = [] if example["expect"] == "none" else example["expect"]
    return Case(
        id=case_id,
        rule_type_id=rule_type["id"],
        why=example["why"],
        tables=tables.rows(),
        rules=rules,
        conf=dict(example.get("conf", {})),
        month=MONTH,
        absent=tuple(example.get("absent", ())),
        expects=tuple(_expect(one, tables, rules[0]) for one in ([shown] if isinstance(shown, dict) else shown)),
    )


def _rules(rule_type_id: str, shown: dict[str, str] | list[dict[str, str]]) -> list[dict[str, str]]:
    """Rule rows with the examples' defaults: R1 version 1, active, open validity, no scope."""
    common = {"rule_type_id": rule_type_id, "rule_id": "R1", "rule_ver": "1", "stas": "active"}
    return [common | row for row in ([shown] if isinstance(shown, dict) else shown)]


def _expect(shown: dict[str, Any], tables: CaseTables, rule: dict[str, str]) -> Expect:
    fault = [("*", _subject(shown["subject"], rule))] if "subject" in shown else [tables.key_of(name) for name in shown["fault"]]
    return Expect(
        fault=tuple(sorted(fault)),
        related=tuple(sorted(tables.key_of(name) for name in shown["related"])) if "related" in shown else None,
        rule_id=shown.get("rule_id", rule["rule_id"]),
        setl_id=shown.get("setl_id"),
        **{name: int(shown[name]) if name in shown else None for name in ("rule_ver", "sev_deg", "vola_amt_stas")},
        **{name: _number(shown, name) for name in ("vola_amt", "vola_cnt", "vola_inscp_amt", "fund_amt")},
    )


def _subject(institution: str, rule: dict[str, str]) -> str:
    """The whole subject key of an institution that an example names only by its code (S06 normal_rate, S10)."""
    period = {"quarter": "2025-Q1", "year": "2025"}.get(rule.get("period", "month"), MONTH)
    return f"{institution}|{rule['rule_id']}|{period}"


def _number(shown: dict[str, Any], name: str) -> Decimal | None:
    return Decimal(shown[name]) if name in shown else None
