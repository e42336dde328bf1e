"""The made-up auditor: by rank within the hours, every sampled case, imperfect, late, the same on every run."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from synth.reviewer import Habits, ListedCase, SeenFinding, reviewed, verdicts

MONTH_END = date(2025, 3, 31)
EXACT = Habits(
    hours=1,
    case_minutes=20,
    finding_minutes=5,
    overlooked=Decimal(0),
    explained_type=Decimal(0),
    explained_institution=Decimal(0),
    mistaken=Decimal(0),
    halved=Decimal(0),
    days=(20, 20),
)


def habits(**differs: object) -> Habits:
    return Habits(**{**vars(EXACT), **differs})


def seen(number: int, planted: str | None, rule_type_id: str = "V02", institution: str = "H1") -> SeenFinding:
    amount = None if planted is None else Decimal(planted)
    return SeenFinding(f"c{number}", f"f{number}", rule_type_id, institution, Decimal("10.01"), amount)


def test_the_hours_go_to_the_first_ranks_and_sampled_cases_are_reviewed_beside_them() -> None:
    cases = [
        ListedCase("third", 3, 1, False),
        ListedCase("first", 1, 2, False),  # 30 of the 60 minutes
        ListedCase("second", 2, 1, False),  # 25, and the third begins in time
        ListedCase("fourth", 4, 1, False),
        ListedCase("drawn", 5, 1, True),
    ]
    assert reviewed(cases, EXACT) == ["first", "second", "third", "drawn"]
    assert reviewed(cases, habits(hours=0)) == ["drawn"]


def test_what_was_planted_is_confirmed_and_nothing_else() -> None:
    told = verdicts([seen(1, "10.01"), seen(2, "4.00"), seen(3, None)], MONTH_END, 7, EXACT)
    assert [verdict.confirmed for verdict in told] == [Decimal("10.01"), Decimal("4.00"), None]
    assert {verdict.concluded_on for verdict in told} == {date(2025, 4, 20)}


def test_a_reviewer_may_overlook_mistake_and_halve() -> None:
    always = Decimal(1)
    finding = [seen(1, "10.01")]
    assert verdicts(finding, MONTH_END, 7, habits(overlooked=always))[0].confirmed is None
    assert verdicts(finding, MONTH_END, 7, habits(halved=always))[0].confirmed == Decimal("5.01")
    assert verdicts([seen(1, None)], MONTH_END, 7, habits(mistaken=always))[0].confirmed == Decimal("10.01")


def test_the_shares_hold_and_the_seed_decides() -> None:
    findings = [seen(number, "10.01") for number in range(2000)]
    tenth = habits(overlooked=Decimal("0.1"), days=(20, 60))

    told = verdicts(findings, MONTH_END, 7, tenth)

    assert 160 < sum(verdict.confirmed is None for verdict in told) < 240
    days = {(verdict.concluded_on - MONTH_END).days for verdict in told}
    assert days == set(range(20, 61))
    assert verdicts(findings[::-1], MONTH_END, 7, tenth)[::-1] == told
    assert verdicts(findings, MONTH_END, 8, tenth) != told


def test_types_and_institutions_have_shares_of_their_own() -> None:
    explaining = habits(explained_type=Decimal("0.6"), explained_institution=Decimal("0.6"))

    def confirmed(rule_type_id: str, institution: str) -> int:
        findings = [seen(number, "10.01", rule_type_id, institution) for number in range(1000)]
        return sum(verdict.confirmed is not None for verdict in verdicts(findings, MONTH_END, 7, explaining))

    counts = {(kind, at): confirmed(kind, at) for kind in ("V01", "V02", "S03") for at in ("H1", "H2", "H3")}

    assert min(counts.values()) > 120  # at most 1 - 0.4 × 0.4 are let pass
    assert max(counts.values()) - min(counts.values()) > 200


def test_findings_of_one_type_in_a_case_stand_or_fall_together() -> None:
    halves = habits(overlooked=Decimal("0.5"))
    twins = [SeenFinding("c1", f"f{number}", "S03", "H1", Decimal(5), Decimal(5)) for number in range(20)]

    assert len({verdict.confirmed for verdict in verdicts(twins, MONTH_END, 7, halves)}) == 1
