"""Confirmation rates from a few conclusions; every number is worked out by hand, or by counting draws."""

from __future__ import annotations

import random
from collections import defaultdict
from math import comb

import pytest

from cases.rates import SHADOW, Rate, RateLimits, Reviewed, concentration, confirmation_rates

LIMITS = RateLimits(prior_weight=10, confidence=0.9, shadow_below=0.05, shadow_reviewed=20)


def learnt(*cells: Reviewed, found: dict[tuple[str, int], int] | None = None, limits: RateLimits = LIMITS) -> dict[str, Rate]:
    """Rates of V01 (0.8 expected) and S01 (0.3 expected) by rule; each case has findings of one rule."""
    both: defaultdict[tuple[str, int], list[Reviewed]] = defaultdict(list)
    for cell in cells:
        both[cell.rule_type_id, cell.band].append(cell)
    of_types = [
        Reviewed(name, "*", band, sum(c.cases for c in of), sum(c.sampled for c in of), sum(c.confirmed for c in of))
        for (name, band), of in both.items()
    ]
    rates = confirmation_rates([*cells, *of_types], found or {}, {"V01": 0.8, "S01": 0.3}, limits)
    return {f"{rate.rule_type_id} {rate.rule_id}": rate for rate in rates}


def test_a_type_without_conclusions_keeps_its_configured_rate() -> None:
    rate = learnt()["V01 *"]
    assert (rate.reviewed, rate.rate, rate.prior) == (0, 0.8, 0.8)
    # The interval of a beta distribution of 8 and 2: 9 of 10 of its weight.
    assert (rate.low, rate.high) == (0.5709, 0.959)


def test_the_configured_rate_counts_as_so_many_conclusions() -> None:
    # 8 of 10 expected and 5 of 10 concluded: 13 of 20.
    rate = learnt(Reviewed("V01", "R1", 2, 10, 0, 5.0))["V01 *"]
    assert (rate.reviewed, rate.confirmed, rate.effective, rate.rate) == (10, 5.0, 10.0, 0.65)


def test_what_the_rank_reviewed_weighs_what_it_holds() -> None:
    # All 10 large cases were reviewed and confirmed; of 90 small ones the sample drew 9, of which none was.
    cells = (Reviewed("V01", "R1", 4, 10, 1, 10.0), Reviewed("V01", "R1", 2, 9, 9, 0.0))
    rate = learnt(*cells, found={("V01", 4): 10, ("V01", 2): 90})["V01 *"]
    # Weights 1 and 10: share 10 of 100; as telling as 100² / (10·1² + 9·10²) cases drawn evenly.
    assert (rate.sampled, rate.effective) == (10, round(10_000 / 910, 4))
    assert rate.rate == round((8 + 10_000 / 910 * 0.1) / (10 + 10_000 / 910), 4)


def test_a_rule_with_few_conclusions_is_drawn_to_its_type() -> None:
    rates = learnt(Reviewed("V01", "rare", 2, 1, 0, 0.0), Reviewed("V01", "common", 2, 99, 0, 89.0))
    of_type = rates["V01 *"].rate
    assert rates["V01 rare"].prior == of_type
    assert 0.5 < rates["V01 rare"].rate < of_type
    assert abs(rates["V01 common"].rate - 89 / 99) < 0.02


def test_rules_that_differ_are_drawn_less_than_rules_that_are_alike() -> None:
    alike = [(5.0, 10.0, 0.5)] * 20
    differing = [(0.0, 10.0, 0.5), (10.0, 10.0, 0.5)] * 10
    assert (concentration(differing), concentration(alike)) == (2, 256)


@pytest.mark.parametrize(
    ("confirmed", "reviewed", "kept", "is_in_shadow"),
    [(0.0, 200, "", True), (20.0, 200, "", False), (0.0, 19, "", False), (0.0, 200, "R1", False)],
    ids=["never confirmed", "a tenth confirmed", "too few looked at", "kept by a person"],
)
def test_a_rule_whose_interval_lies_below_the_limit_goes_to_shadow(
    confirmed: float, reviewed: int, kept: str, is_in_shadow: bool
) -> None:
    limits = RateLimits(10, 0.9, 0.05, 20, frozenset({kept}))
    rates = learnt(Reviewed("S01", "R1", 2, reviewed, 0, confirmed), limits=limits)
    assert rates["S01 *"].stas == "active"
    rule = rates["S01 R1"]
    assert (rule.stas == SHADOW) == is_in_shadow
    assert (rule.notice is not None) == is_in_shadow


def test_the_notice_says_rate_interval_and_number() -> None:
    notice = learnt(Reviewed("S01", "R1", 2, 200, 0, 0.0))["S01 R1"].notice
    assert notice is not None
    assert notice.startswith("认定率 ")
    assert "已查 200 案）低于 5.0%，转入试运行：仍审核，不列入清单" in notice


def test_the_interval_holds_the_true_rate_as_often_as_it_says() -> None:
    """Of 300 drawn types with rates as expected, about nine in ten intervals hold their rate."""
    draw = random.Random(7)  # noqa: S311 - no secret
    held = 0
    for _ in range(300):
        true = draw.betavariate(8, 2)
        confirmed = sum(draw.random() < true for _ in range(30))
        rate = learnt(Reviewed("V01", "R1", 2, 30, 0, float(confirmed)))["V01 *"]
        held += rate.low <= true <= rate.high
    assert 255 <= held <= 285


def test_the_likelihood_is_the_beta_binomial_s() -> None:
    """Against the sum over a fine grid of rates: of two sizes the likelier one is chosen."""

    def by_grid(confirmed: int, of: int, mean: float, size: int) -> float:
        steps = [(step + 0.5) / 4000 for step in range(4000)]
        weights = [p ** (mean * size - 1) * (1 - p) ** ((1 - mean) * size - 1) for p in steps]
        chance = [comb(of, confirmed) * p**confirmed * (1 - p) ** (of - confirmed) for p in steps]
        return sum(w * c for w, c in zip(weights, chance, strict=True)) / sum(weights)

    told = [(1.0, 12.0, 0.5), (9.0, 12.0, 0.5), (6.0, 12.0, 0.5), (3.0, 12.0, 0.5)]
    likelihoods = {}
    for size in (4, 8, 16, 32, 64):
        likelihoods[size] = 1.0
        for confirmed, of, mean in told:
            likelihoods[size] *= by_grid(int(confirmed), int(of), mean, size)
    assert concentration(told) == max(likelihoods, key=lambda size: likelihoods[size])
