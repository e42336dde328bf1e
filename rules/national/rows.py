"""Rule rows in the file format of the contract's section 2: every cell a text, an empty text = missing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from rules.rule_type import RuleType

COMMON_COLUMNS = (
    "rule_id",
    "rule_ver",
    "begndate",
    "enddate",
    "sev_deg",
    "control_mode",
    "insutype",
    "med_class",
    "hosp_lv",
    "poolarea",
    "exempt_dept",
    "exempt_diag",
    "stas",
    "gz_code",
    "src_doc",
    "tip",
)
ORIGIN = "origin"  # added column: official or generated


def columns_of(rule_type: RuleType) -> tuple[str, ...]:
    """The columns of the type's file: common ones, its parameters, origin."""
    return (*COMMON_COLUMNS, *(param.name for param in rule_type.params), ORIGIN)


def stable_id(rule_type_id: str, *parts: str) -> str:
    """An identifier that depends on nothing but its parts, like V02-3f2a91c04b7d5e68."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"{rule_type_id}-{digest[:16]}"


def rule_row(rule_type: RuleType, rule_id: str, params: Mapping[str, str], **common: str) -> dict[str, str]:
    """A whole row with the columns of the type in their order; what is not given is empty, except version and state."""
    given = {"rule_id": rule_id, "rule_ver": "1", "stas": "active", **common, **params}
    return {name: given.get(name, "") for name in columns_of(rule_type)}
