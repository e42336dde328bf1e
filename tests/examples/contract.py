"""The examples of docs/contract/rule_types.yaml as whole cases: landing tables, rules, expectation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tests.examples.tables import CaseTables, Row

RULE_TYPES_YAML = Path(__file__).parents[2] / "docs" / "contract" / "rule_types.yaml"
MONTH = "2025-03"
AS_OF = "2025-03-31"
Key = tuple[str, str]


@dataclass(frozen=True)
class Expect:
    """The one finding that an example names; a field that is None is not shown there and not compared.

    ``fault`` and ``related``: (mdtrt_id, feedetl_sn) in byte order; a whole visit has feedetl_sn ``*``,
    a subject without lines mdtrt_id ``*`` and its whole key in feedetl_sn.
    """

    fault: tuple[Key, ...]
    related: tuple[Key, ...] | None
    rule_id: str
    subject: str | None
    sev_deg: int | None
    vola_amt_stas: int | None
    vola_amt: Decimal | None
    vola_cnt: Decimal | None
    vola_inscp_amt: Decimal | None
    fund_amt: Decimal | None


@dataclass(frozen=True)
class Case:
    """One example, complete. ``expect`` None: no finding. Rule rows hold ``rule_type_id`` beside their file's columns."""

    id: str
    rule_type_id: str
    why: str
    tables: dict[str, list[Row]]
    rules: list[dict[str, str]]
    conf: dict[str, str]
    month: str
    as_of: str
    expect: Expect | None


def load_cases() -> list[Case]:
    """Every example of the contract, in its order; ids count from 1 within a type (V14-2)."""
    # BaseLoader keeps every scalar as it is written: 50.00 stays 50.00, an empty string stays one.
    spec = yaml.load(RULE_TYPES_YAML.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return [_case(t, number, e) for t in spec["types"] for number, e in enumerate(t["examples"], start=1)]


def _case(rule_type: dict[str, Any], number: int, example: dict[str, Any]) -> Case:
    rules = _rules(rule_type["id"], example["rule"])
    tables = CaseTables(example, rules[0], rule_type["sources"]["need"])
    conf = dict(example.get("conf", {}))
    return Case(
        id=f"{rule_type['id']}-{number}",
        rule_type_id=rule_type["id"],
        why=example["why"],
        tables=tables.rows(),
        rules=rules,
        conf=conf,
        month=MONTH,
        as_of=conf.get("as_of", AS_OF),
        expect=_expect(example, tables, rules[0]),
    )


def _rules(rule_type_id: str, shown: dict[str, str] | list[dict[str, str]]) -> list[dict[str, str]]:
    """Rule rows with the examples' defaults: R1 version 1, active, open validity, no scope."""
    common = {"rule_type_id": rule_type_id, "rule_id": "R1", "rule_ver": "1", "stas": "active"}
    return [common | row for row in ([shown] if isinstance(shown, dict) else shown)]


def _expect(example: dict[str, Any], tables: CaseTables, rule: dict[str, str]) -> Expect | None:
    shown = example["expect"]
    if shown == "none":
        return None
    subject = _subject(shown, rule)
    fault = [("*", subject)] if subject else [tables.key_of(name) for name in shown["fault"]]
    return Expect(
        fault=tuple(sorted(fault)),
        related=tuple(sorted(tables.key_of(name) for name in shown["related"])) if "related" in shown else None,
        rule_id=shown.get("rule_id", rule["rule_id"]),
        subject=subject,
        sev_deg=int(shown["sev_deg"]) if "sev_deg" in shown else None,
        vola_amt_stas=int(shown["vola_amt_stas"]) if "vola_amt_stas" in shown else None,
        **{name: _number(shown, name) for name in ("vola_amt", "vola_cnt", "vola_inscp_amt", "fund_amt")},
    )


def _subject(shown: dict[str, Any], rule: dict[str, str]) -> str | None:
    """The whole subject key of an institution that an example names only by its code (S06 normal_rate, S10)."""
    if "subject" not in shown:
        return None
    period = {"quarter": "2025-Q1", "year": "2025"}.get(rule.get("period", "month"), MONTH)
    return f"{shown['subject']}|{rule['rule_id']}|{period}"


def _number(shown: dict[str, Any], name: str) -> Decimal | None:
    return Decimal(shown[name]) if name in shown else None
