"""The examples of tests/examples/boundaries/, one file a type, as whole cases.

They have the format of the contract's examples, and beside it:
- ``name``: the boundary, said in words; ``probes``: its kinds; ``why``: the sentence of the contract that decides;
- ``expect`` may list several findings, and compares rule_ver and setl_id too where it shows them;
- ``absent``: tables that never came, where the expectation depends on it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.examples.case import Case, make_case
from tests.examples.contract import contract_types

FOLDER = Path(__file__).parent / "boundaries"


@cache
def shown_boundaries() -> dict[str, list[dict[str, Any]]]:
    """Type → its examples as they are written, in catalogue order."""
    # BaseLoader, as for the contract: every scalar stays text.
    texts = {type_id: (FOLDER / f"{type_id}.yaml").read_text(encoding="utf-8") for type_id in contract_types()}
    return {type_id: yaml.load(text, Loader=yaml.BaseLoader) for type_id, text in texts.items()}


def load_boundaries() -> list[Case]:
    """Every boundary example; its id is type and name."""
    return [
        make_case(f"{type_id} {example['name']}", contract_types()[type_id], example)
        for type_id, examples in shown_boundaries().items()
        for example in examples
    ]
