"""Settings of the case list: confirmation rates, shadow, hours and floors; the values are in ``conf/``."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from cases.rates import RateLimits
from jobs.setting_types import Entries, Hours, RuleTypeId, Section, Share
from rules.catalogue import RULE_TYPES

KINDS = {name: rule_type.kind for name, rule_type in RULE_TYPES.items()}


class PriorOfKind(Section):
    violation: Share
    suspicion: Share


class HoursOfKind(Section):
    violation: Hours
    suspicion: Hours


class Case(Section):
    prior_of_kind: PriorOfKind
    prior: dict[RuleTypeId, Share] = Field(title="rule type")
    prior_weight: Decimal = Field(gt=0)
    rate_confidence: Decimal = Field(gt=0, lt=1)
    shadow_below: Share
    shadow_reviewed: int = Field(gt=0)
    keep_listed: Entries
    hours_of_kind: HoursOfKind
    hours: dict[RuleTypeId, Hours] = Field(title="rule type")
    hours_per_month: int = Field(ge=0)
    floor_share: Share
    floor_institution: int = Field(ge=0)
    floor_type: int = Field(ge=0)

    def rate_limits(self) -> RateLimits:
        """What learning confirmation rates needs of the settings."""
        return RateLimits(
            float(self.prior_weight), float(self.rate_confidence), float(self.shadow_below), self.shadow_reviewed,
            frozenset(self.keep_listed),
        )  # fmt: skip

    def priors(self) -> dict[str, Decimal]:
        """The prior confirmation rate of every rule type, in catalogue order."""
        return {name: self.prior.get(name, getattr(self.prior_of_kind, kind)) for name, kind in KINDS.items()}

    def hours_of_types(self) -> dict[str, Decimal]:
        """The hours that a case with findings of a rule type takes."""
        return {name: self.hours.get(name, getattr(self.hours_of_kind, kind)) for name, kind in KINDS.items()}
