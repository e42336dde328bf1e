"""The declarations are those of the contract's YAML."""

from pathlib import Path

import pytest
import yaml

import rules
from rules.catalogue import RULE_TYPES
from rules.rule_type import GIVEN, PARAM_ROLES

CONTRACT = yaml.safe_load((Path(rules.__file__).parents[1] / "docs/contract/rule_types.yaml").read_text(encoding="utf-8"))[
    "types"
]


def test_catalogue_order_is_that_of_the_contract() -> None:
    assert list(RULE_TYPES) == [entry["id"] for entry in CONTRACT]


@pytest.mark.parametrize("entry", CONTRACT, ids=lambda entry: entry["id"])
def test_a_declaration_says_what_the_contract_says(entry: dict) -> None:
    declared = RULE_TYPES[entry["id"]]
    assert (declared.slug, declared.shape, declared.kind) == (entry["slug"], entry["shape"], entry["kind"])
    assert declared.demo_rules == entry["demo_rules"]
    assert (declared.sev_deg, declared.control_mode) == (entry["sev_deg"], entry["control_mode"])
    assert declared.own_pay == (entry["own_pay"] in (True, "yes"))
    assert (declared.needs, declared.optional) == (tuple(entry["sources"]["need"]), tuple(entry["sources"]["optional"]))
    assert [(p.name, p.kind, p.required, p.one_of, p.meaning) for p in declared.params] == [
        (p["name"], p["type"], p["required"], tuple(str(value) for value in p.get("one_of", ())), p["meaning"])
        for p in entry["params"]
    ]


@pytest.mark.parametrize("entry", CONTRACT, ids=lambda entry: entry["id"])
def test_what_the_contract_calls_required_or_default_is_declared(entry: dict) -> None:
    declared = RULE_TYPES[entry["id"]]
    checked = {check.param for check in declared.row_checks}
    for param in declared.params:
        if "required when" in param.meaning or "required for" in param.meaning:
            assert param.when is not None or param.name in checked, param.name
        if "default " in param.meaning:
            assert param.default is not None or param.default_by is not None, param.name


def test_a_name_means_one_thing_within_a_shape() -> None:
    kinds: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for declared in RULE_TYPES.values():
        for param in declared.params:
            assert param.role in PARAM_ROLES
            kinds.setdefault((declared.shape, param.name), set()).add((param.kind, param.role))
    assert [place for place, found in kinds.items() if len(found) > 1] == []


def test_variant_needs_name_values_and_optional_tables_of_the_type() -> None:
    for declared in RULE_TYPES.values():
        for (name, value), tables in declared.variant_needs.items():
            assert value == GIVEN or value in declared.param(name).one_of, (declared.id, name, value)
            assert set(tables) <= set(declared.optional) | set(declared.needs), (declared.id, tables)


def test_beyond_person_names_values_of_the_type() -> None:
    for declared in RULE_TYPES.values():
        for name, value in declared.beyond_person:
            assert declared.param(name)
            assert value == GIVEN or value in declared.param(name).one_of, (declared.id, name, value)


def test_a_row_looks_beyond_one_person_by_its_parameters() -> None:
    shown = [
        (type_id, params, RULE_TYPES[type_id].looks_beyond_person(params))
        for type_id, params in (
            ("V29", {"variant": "trace_code"}),
            ("V29", {"variant": "after_death"}),
            ("S08", {"metric": "visits", "z_min": "3.5"}),
            ("S08", {"metric": "visits", "z_min": ""}),
            ("S08", {"metric": "visits"}),
            ("V02", {"med_list_codg": "C1", "allowed_gend": "1"}),
        )
    ]

    assert [beyond for _, _, beyond in shown] == [True, False, True, False, False, False]
