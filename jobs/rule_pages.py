"""The pages of docs/rules/: each rule type as an auditor and a rule manager read it, and the catalogue of all.

Texts come from the declaration (rules/types/) and from the contract (docs/contract/rule_types.yaml), so a page cannot say
anything else than what the engines and the tests use.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from jobs.markdown import MADE, grid, listed
from lake.knowledge import national_points
from rules.catalogue import RULE_TYPES
from rules.national.library import NationalImport, import_points
from rules.rule_type import GIVEN, Param, RuleType

CONTRACT = Path(__file__).parent.parent / "docs" / "contract" / "rule_types.yaml"
KINDS = {"violation": "违规 violation", "suspicion": "可疑 suspicion"}
SEVERITIES = {1: "1 明确违规", 2: "2 高度可疑", 3: "3 轻度可疑"}
STAGES = {1: "事前", 2: "事中", 3: "事后"}
# Keys of an example that are no table of the bill.
NO_TABLES = ("rule", "conf", "expect", "why")


def rule_pages() -> dict[str, str]:
    """Every page under docs/rules with its text."""
    # BaseLoader keeps every scalar of the examples as it is written.
    types = yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["types"]
    contract = {entry["id"]: entry for entry in types}
    pages = {f"{name}.md": type_page(rule_type, contract[name]) for name, rule_type in RULE_TYPES.items()}
    return {"README.md": catalogue_page(import_points(national_points()))} | pages


def type_page(rule_type: RuleType, contract: dict[str, Any]) -> str:
    """One type: what it checks, on what legal basis, its parameters, condition, amount, evidence and examples."""
    parts = [
        f"# {rule_type.id} {rule_type.name_zh}",
        MADE,
        f"{rule_type.name_en}.",
        grid(["", ""], _facts(rule_type)),
        "## Parameters of a rule row",
        grid(["parameter", "type", "meaning", "when empty"], [_param_row(param) for param in rule_type.params]),
        "The columns that every rule row has (validity, scope, exemptions, severity) are in the"
        " [contract](../contract/README.md), section 2.",
        "## Condition",
        _flowed(contract["condition"]),
        f"Finding: {_flowed(contract['finding_grain'])}.",
        f"Amount: {_flowed(contract['amount'])}.",
        "## What the finding says",
        f"> {rule_type.sentence}",
        f"Evidence (`vola_evid`): {listed(tuple(sorted(rule_type.evidence)))}.",
        "## Examples",
        "Each is run as it stands, on both engines and on the plain reference. What a row leaves out has the contract's default.",
        grid(["", "rule", "bill", "expected", "why"], [_example(n, e) for n, e in enumerate(contract["examples"], 1)]),
    ]
    return "\n\n".join(parts) + "\n"


def catalogue_page(national: NationalImport) -> str:
    """All types; the official classes of published points and what became of them; the official rule codes."""
    types = [
        [f"[{t.id}]({t.id}.md)", t.name_zh, t.name_en, KINDS[t.kind], t.shape, t.law, ", ".join(t.gz_codes)]
        for t in RULE_TYPES.values()
    ]
    classes = [
        [one.rule_class, _link(one.rule_type_id), str(one.points), str(one.superseded), str(one.with_rows), str(one.rows)]
        for one in national.classes
    ]
    reasons = [[one.rule_class, reason, str(count)] for one in national.classes for reason, count in one.reasons.items()]
    by_code: dict[str, list[str]] = {}
    for rule_type in RULE_TYPES.values():
        for code in (*rule_type.gz_codes, *rule_type.gz_new_2025):
            by_code.setdefault(code, []).append(_link(rule_type.id))
    parts = [
        "# Rule types",
        MADE,
        grid(["type", "规则", "English", "kind", "shape", "legal basis", "national rule codes"], types),
        "## The official classes of published points",
        "What the published national points decide becomes rows tagged `official`; the newest of superseding points counts.",
        grid(["class", "type", "points", "superseded", "with rows", "rows"], classes),
        "## What the points leave open",
        "Never guessed: a point whose text does not decide a parameter is listed with the reason"
        " (`fundguard rules national` lists each).",
        grid(["class", "reason", "points"], reasons),
        "## National rule codes and new rules of 2025",
        "A code that begins with LX is ours: the national list has none for it.",
        grid(["code", "types"], [[code, ", ".join(found)] for code, found in sorted(by_code.items())]),
    ]
    return "\n\n".join(parts) + "\n"


def _facts(rule_type: RuleType) -> list[list[str]]:
    needs = listed(rule_type.needs)
    further = [f"{listed(tables)} ({_value(*when)})" for when, tables in rule_type.variant_needs.items()]
    beyond = rule_type.beyond_person.items()
    facts = [
        ("性质 kind", KINDS[rule_type.kind]),
        ("严重程度 severity", SEVERITIES[rule_type.sev_deg]),
        ("管控方式 control", rule_type.control_mode),
        ("环节 stages", "、".join(STAGES[stage] for stage in rule_type.stages)),
        ("法规依据 legal basis", rule_type.law),
        ("违规行为编码 behaviour", rule_type.bhvr_code or "none"),
        ("国家规则编码 national codes", ", ".join((*rule_type.gz_codes, *rule_type.gz_new_2025))),
        ("数据来源 tables needed", needs),
        ("可选数据 optional tables", "; ".join([listed(rule_type.optional), *further]).strip("; ") or "none"),
        ("自费明细 own-pay lines", "judged too" if rule_type.own_pay else "not judged"),
        ("超出个人 beyond one person", "; ".join(f"{_value(*when)}: {what}" for when, what in beyond) or "no"),
        ("规则形态 shape", f"`rules/shapes/`, {rule_type.shape}"),
    ]
    return [[name, value] for name, value in facts]


def _param_row(param: Param) -> list[str]:
    kind = f"{param.kind}, {param.unit}" if param.unit else param.kind
    allowed = f"{kind}: {', '.join(param.one_of)}" if param.one_of else kind
    return [f"`{param.name}`", allowed, param.meaning, _when_empty(param)]


def _when_empty(param: Param) -> str:
    if param.required:
        return "refused"
    parts = []
    if param.when:
        name, values = param.when
        parts.append(f"refused where {_value(name, *values)}")
    if param.default is not None:
        parts.append(f"{param.default}")
    if param.default_by:
        name, defaults = param.default_by
        parts += [f"{default} where {_value(name, value)}" for value, default in defaults.items()]
    return "; ".join(parts) or "not tested"


def _value(name: str, *values: str) -> str:
    if values == (GIVEN,):
        return f"`{name}` is given"
    return f"`{name}` is {' or '.join(values)}"


def _example(number: int, example: dict[str, Any]) -> list[str]:
    rules = example["rule"] if isinstance(example["rule"], list) else [example["rule"]]
    tables = {name: rows if isinstance(rows, list) else [rows] for name, rows in example.items() if name not in NO_TABLES}
    bill = [f"`{name}` {_row(row)}" for name, rows in tables.items() for row in rows]
    bill += [f"setting {_row(example['conf'])}"] if "conf" in example else []
    bill += [f"`{name}` empty" for name, rows in tables.items() if not rows]
    expected = "no finding" if example["expect"] == "none" else _row(example["expect"])
    return [str(number), "<br>".join(map(_row, rules)), "<br>".join(bill), expected, example["why"]]


def _row(values: dict[str, Any] | str) -> str:
    if isinstance(values, str):
        return values
    return ", ".join(f"{name} {_shown(value)}" for name, value in values.items())


def _shown(value: str | list[str]) -> str:
    return "(empty)" if value == "" else " ".join(value) if isinstance(value, list) else value


def _link(rule_type_id: str) -> str:
    return f"[{rule_type_id}]({rule_type_id}.md)" if rule_type_id in RULE_TYPES else rule_type_id


def _flowed(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
