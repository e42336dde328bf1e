"""The examples of docs/contract/rule_types.yaml as whole cases."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.examples.case import Case, make_case

RULE_TYPES_YAML = Path(__file__).parents[2] / "docs" / "contract" / "rule_types.yaml"


@cache
def contract_types() -> dict[str, dict[str, Any]]:
    """The 40 types of the contract in catalogue order, every scalar as it is written: 50.00 stays 50.00."""
    spec = yaml.load(RULE_TYPES_YAML.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return {rule_type["id"]: rule_type for rule_type in spec["types"]}


def load_cases() -> list[Case]:
    """Every example of the contract, in its order; ids count from 1 within a type (V14-2)."""
    return [
        make_case(f"{type_id}-{number}", rule_type, example)
        for type_id, rule_type in contract_types().items()
        for number, example in enumerate(rule_type["examples"], start=1)
    ]
