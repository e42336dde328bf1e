"""Settings of risk models and of the made-up auditor: names, types and limits; the values are in ``conf/``."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field, ValidationInfo, field_validator

from jobs.setting_types import Section, Share


class Model(Section):
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    store: str = Field(min_length=1)
    tracking_uri: str
    seed: int = Field(ge=0)
    threads: int = Field(gt=0)
    trials: int = Field(gt=0)
    nested_trials: int = Field(gt=0)
    seconds: float = Field(gt=0)
    folds: int = Field(ge=2)
    repeats: int = Field(gt=0)
    members: int = Field(gt=0)
    seeds: int = Field(gt=0)
    isotonic_positives: int = Field(ge=0)
    max_categories: int = Field(gt=0)
    resamples: int = Field(gt=0)
    confidence: Decimal = Field(gt=0, lt=1)
    test_months: int = Field(gt=0)
    most_counts: int = Field(gt=0)
    drift_limit: Decimal = Field(gt=0)


class Simulation(Section):
    hours_per_month: int = Field(ge=0)
    case_minutes: int = Field(gt=0)
    finding_minutes: int = Field(ge=0)
    overlooked: Share
    explained_type: Share
    explained_institution: Share
    mistaken: Share
    halved: Share
    least_days: int = Field(ge=0)
    most_days: int = Field(ge=0)

    @field_validator("most_days")
    @classmethod
    def _not_before_the_least(cls, most: int, info: ValidationInfo) -> int:
        least = info.data.get("least_days", 0)
        if most < least:
            raise ValueError(f"at least simulation.least_days, {least}")
        return most
