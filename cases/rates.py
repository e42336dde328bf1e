"""Confirmation rates of rule types and rules, with intervals, from what auditors concluded. Loads where no Spark runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import lgamma

WHOLE_TYPE = "*"  # rule_id of a type's own row
LISTED, SHADOW = "active", "shadow"
DECIMALS = 4
# How many cases the type's rate counts as beside a rule's own: from rules that have little in common to rules all alike.
CONCENTRATIONS = (2, 4, 8, 16, 32, 64, 128, 256)
SURE = 0.999  # a beta distribution has no mean of 0 or 1


@dataclass(frozen=True)
class Reviewed:
    """Reviewed cases with findings of a rule, or of a type (``*``), in one band of amounts; ``confirmed``: sum of the shares."""

    rule_type_id: str
    rule_id: str
    band: int
    cases: int
    sampled: int
    confirmed: float


@dataclass(frozen=True)
class RateLimits:
    """What the settings say: a configured rate counts as ``prior_weight`` cases, ``confidence`` of the intervals, and
    the rate below which an interval, of a rule with ``shadow_reviewed`` conclusions, sends the rule to shadow; ``kept`` stay.
    """

    prior_weight: float
    confidence: float
    shadow_below: float
    shadow_reviewed: int
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rate:
    """A row of the table ``rule_rate``."""

    rule_type_id: str
    rule_id: str
    reviewed: int
    sampled: int
    confirmed: float
    effective: float
    prior: float
    rate: float
    low: float
    high: float
    stas: str = LISTED
    notice: str | None = None


@dataclass(frozen=True)
class _Told:
    """What conclusions tell of one rate: as ``effective`` cases drawn evenly, of which ``confirmed`` were."""

    reviewed: int
    sampled: int
    confirmed: float
    effective: float
    share: float


def confirmation_rates(
    reviewed: Sequence[Reviewed], found: Mapping[tuple[str, int], int], priors: Mapping[str, float], limits: RateLimits
) -> list[Rate]:
    """The rate of every type of ``priors``, in that order, each followed by those of its rules with conclusions.

    ``found``: cases with findings of each type, by band, reviewed or not. Within a type the ranking reviews what is large
    first, so a reviewed case counts for as many as there are in its band for each reviewed one: bands of the rank and of the
    random sample then weigh what they hold.
    """
    of_rule: dict[str, dict[str, list[Reviewed]]] = defaultdict(lambda: defaultdict(list))
    for cell in reviewed:
        of_rule[cell.rule_type_id][cell.rule_id].append(cell)
    weights = {
        (name, cell.band): max(found.get((name, cell.band), 0), cell.cases) / cell.cases
        for name in priors
        for cell in of_rule[name][WHOLE_TYPE]
    }
    types = {
        name: _rate(name, WHOLE_TYPE, _told(of_rule[name].pop(WHOLE_TYPE), weights), prior, limits.prior_weight, limits)
        for name, prior in priors.items()
    }
    told = {(name, rule): _told(cells, weights) for name in priors for rule, cells in sorted(of_rule[name].items())}
    alike = concentration(
        [(rules.share * rules.effective, rules.effective, types[name].rate) for (name, _), rules in told.items()]
    )
    rates = []
    for name, of_type in types.items():
        rates.append(of_type)
        own = [(rule, of_rule_told) for (type_id, rule), of_rule_told in told.items() if type_id == name]
        rates += [_shadowed(_rate(name, rule, rule_told, of_type.rate, alike, limits), limits) for rule, rule_told in own]
    return rates


def _told(cells: Iterable[Reviewed], weights: Mapping[tuple[str, int], float]) -> _Told:
    """Weighted share, and Kish's effective number: cases of unequal weight tell less than as many of equal weight."""
    listed = list(cells)
    weighed = [(cell, weights[cell.rule_type_id, cell.band]) for cell in listed]
    total = sum(weight * cell.cases for cell, weight in weighed)
    squares = sum(weight * weight * cell.cases for cell, weight in weighed)
    return _Told(
        reviewed=sum(cell.cases for cell in listed),
        sampled=sum(cell.sampled for cell in listed),
        confirmed=sum((cell.confirmed for cell in listed), 0.0),
        effective=total * total / squares if squares else 0.0,
        share=sum(weight * cell.confirmed for cell, weight in weighed) / total if total else 0.0,
    )


def _rate(type_id: str, rule_id: str, told: _Told, prior: float, weight: float, limits: RateLimits) -> Rate:
    """The beta distribution that the prior, counting as ``weight`` cases, and the conclusions make together."""
    from scipy.special import betaincinv  # only nights with conclusions wait for it

    mean = min(max(prior, 1 - SURE), SURE)
    confirmed = mean * weight + told.share * told.effective
    refuted = (1 - mean) * weight + (1 - told.share) * told.effective
    tail = (1 - limits.confidence) / 2
    low, high = (float(betaincinv(confirmed, refuted, at)) for at in (tail, 1 - tail))
    return Rate(
        type_id,
        rule_id,
        told.reviewed,
        told.sampled,
        confirmed=round(told.confirmed, DECIMALS),
        effective=round(told.effective, DECIMALS),
        prior=round(prior, DECIMALS),
        rate=round(confirmed / (confirmed + refuted), DECIMALS),
        low=round(low, DECIMALS),
        high=round(high, DECIMALS),
    )


def concentration(told: Sequence[tuple[float, float, float]]) -> float:
    """The one of CONCENTRATIONS under which the (confirmed, reviewed, rate of the type) are likeliest; the smallest of equals."""

    def likelihood(size: float) -> float:
        return sum(_beta_binomial(confirmed, of, min(max(mean, 1 - SURE), SURE), size) for confirmed, of, mean in told)

    return max(CONCENTRATIONS, key=lambda size: (round(likelihood(size), 6), -size))


def _beta_binomial(confirmed: float, of: float, mean: float, size: float) -> float:
    """Logarithm of its likelihood, without the part that ``size`` does not move."""
    a, b = mean * size, (1 - mean) * size
    return _log_beta(a + confirmed, b + of - confirmed) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _shadowed(rate: Rate, limits: RateLimits) -> Rate:
    """The rate, in shadow with its notice where the whole interval lies below the limit."""
    is_low = rate.high < limits.shadow_below and rate.reviewed >= limits.shadow_reviewed
    if not is_low or rate.rule_id in limits.kept:
        return rate
    notice = (
        f"认定率 {rate.rate:.1%}（区间 {rate.low:.1%}–{rate.high:.1%}，已查 {rate.reviewed} 案）低于 {limits.shadow_below:.1%}，"
        "转入试运行：仍审核，不列入清单"
    )
    return replace(rate, stas=SHADOW, notice=notice)
