"""What the case list needs to know of a rule type; the job makes it from the catalogue. Loads where no Spark runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Contract, finding_grain: findings that are not about one visit. The variant stands in vola_evid; None = every variant.
SUBJECTS: dict[tuple[str, str | None], str] = {
    ("S06", "normal_rate"): "institution",
    ("S09", "balance"): "institution",
    ("S10", None): "institution",
    ("S11", "offsite"): "institution",
    ("S11", "co_admit"): "group",
    ("S11", "similar"): "group",
}


@dataclass(frozen=True)
class CaseType:
    """One rule type as auditors see it.

    ``kind``: violation or suspicion. ``subjects``: pairs of variant (None = every one) and the kind of case its
    findings belong to; a finding that none of them fits is about its visit.
    """

    rule_type_id: str
    name_zh: str
    law: str
    gz_codes: tuple[str, ...]
    kind: str
    subjects: tuple[tuple[str | None, str], ...] = ()

    @property
    def title(self) -> str:
        return f"{self.rule_type_id} {self.name_zh}"


def subjects_of(rule_type_id: str) -> tuple[tuple[str | None, str], ...]:
    """The contract's subjects of a type in the form of ``CaseType.subjects``."""
    return tuple((variant, subject) for (rule_type, variant), subject in SUBJECTS.items() if rule_type == rule_type_id)


def catalogue_order(types: Iterable[CaseType]) -> dict[str, int]:
    """Rule type id → its place in the catalogue, from the order in which the types are given."""
    return {case_type.rule_type_id: place for place, case_type in enumerate(types)}
