"""The order of a month's cases: quota by hours, floors, sample; by hand, and against a plain version over drawn months."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cases.order import Candidate, Quota, placed_cases

NO_FLOORS = Quota(minutes=180, reserve=0, per_institution=0, per_type=0)


def case(case_id: str, expected: int, institution: str | None = "H1", rule_type: str = "V01", sampled: bool = False) -> Candidate:
    """A case of an hour, whose fund amount is what is expected."""
    return Candidate(case_id, expected, expected, institution, rule_type, 60, sampled)


def listed(cases: list[Candidate], quota: Quota) -> tuple[str, str]:
    """Cases in the quota and the others, by rank."""
    placed = placed_cases(cases, quota)
    assert [one.rank for one in placed] == list(range(1, len(cases) + 1))
    return tuple("".join(one.case_id for one in placed if one.in_quota == wanted) for wanted in (True, False))  # type: ignore[return-value]


FIVE = [case("a", 50), case("b", 40), case("c", 30), case("d", 20), case("e", 10)]


def test_the_hours_go_to_the_largest_expected_amounts() -> None:
    assert listed(FIVE[::-1], NO_FLOORS) == ("abc", "de")


def test_the_case_during_which_the_hours_end_is_in_the_quota() -> None:
    assert listed(FIVE, Quota(61, 0, 0, 0)) == ("ab", "cde")


def test_equal_amounts_go_by_fund_amount_then_case() -> None:
    same = [Candidate(name, 10, fund, "H1", "V01", 60, False) for name, fund in (("c", 5), ("b", 5), ("a", 4))]
    assert listed(same, Quota(600, 0, 0, 0)) == ("bca", "")


def test_the_sample_is_in_the_quota_and_keeps_its_place_in_the_order() -> None:
    sampled = [*FIVE[:4], case("e", 10, sampled=True)]
    assert listed(sampled, NO_FLOORS) == ("abe", "cd")
    assert listed(sampled, Quota(0, 0, 0, 0)) == ("e", "abcd")


def test_an_institution_without_a_case_gets_its_first_from_the_reserve() -> None:
    others = [*FIVE[:3], case("d", 20, "H2"), case("e", 10, "H2")]
    assert listed(others, Quota(180, 60, 1, 0)) == ("abd", "ce")
    # Without a reserve nothing is kept for it.
    assert listed(others, Quota(180, 0, 1, 0)) == ("abc", "de")


def test_a_type_without_a_case_gets_its_first_from_the_reserve() -> None:
    others = [*FIVE[:3], case("d", 20), case("e", 10, rule_type="S01")]
    assert listed(others, Quota(180, 60, 0, 1)) == ("abe", "cd")


def test_several_institutions_at_once_are_no_institution_to_be_missed() -> None:
    others = [*FIVE[:3], case("d", 20, None)]
    assert listed(others, Quota(180, 60, 1, 0)) == ("abc", "d")


def test_a_reserve_that_nobody_needs_goes_to_the_largest_amounts() -> None:
    assert listed(FIVE, Quota(180, 120, 1, 1)) == ("abc", "de")


candidates = st.builds(
    Candidate,
    case_id=st.uuids().map(str),
    expected=st.integers(0, 5),
    fund=st.integers(0, 3),
    institution=st.sampled_from([None, "H1", "H2", "H3"]),
    rule_type_id=st.sampled_from(["V01", "V02", "S01"]),
    minutes=st.integers(1, 90),
    sampled=st.booleans(),
)
months = st.lists(candidates, max_size=12, unique_by=lambda one: one.case_id)
quotas = st.builds(
    Quota, minutes=st.integers(0, 400), reserve=st.integers(0, 200), per_institution=st.integers(0, 2), per_type=st.integers(0, 2)
)


def by_choosing(cases: list[Candidate], quota: Quota) -> list[tuple[str, int, bool]]:
    """The same by looking at all that is left before each choice, with nothing counted on the way."""

    def first(of: list[Candidate]) -> Candidate:
        most = max((one.expected, one.fund) for one in of)
        return min((one for one in of if (one.expected, one.fund) == most), key=lambda one: one.case_id)

    def is_missed(one: Candidate, taken: list[Candidate]) -> bool:
        same_place = [other for other in taken if other.institution == one.institution]
        same_type = [other for other in taken if other.rule_type_id == one.rule_type_id]
        few_there = one.institution is not None and len(same_place) < quota.per_institution
        return few_there or len(same_type) < quota.per_type

    taken = [one for one in cases if one.sampled]
    for is_reserved, kept in ((False, quota.reserve), (True, 0), (False, 0)):
        while True:
            left = quota.minutes - sum(one.minutes for one in taken)
            open_cases = [one for one in cases if one not in taken and (not is_reserved or is_missed(one, taken))]
            if left <= kept or not open_cases:
                break
            taken.append(first(open_cases))
    order: list[Candidate] = []
    for group in (taken, [one for one in cases if one not in taken]):
        remaining = list(group)
        while remaining:
            order.append(first(remaining))
            remaining.remove(order[-1])
    return [(one.case_id, rank, one in taken) for rank, one in enumerate(order, start=1)]


@given(months, quotas)
def test_drawn_months_agree_with_the_plain_version(cases: list[Candidate], quota: Quota) -> None:
    placed = [(one.case_id, one.rank, one.in_quota) for one in placed_cases(cases, quota)]
    assert placed == by_choosing(cases, quota)


@given(months, quotas)
def test_the_order_of_the_rows_changes_nothing(cases: list[Candidate], quota: Quota) -> None:
    assert placed_cases(cases[::-1], quota) == placed_cases(cases, quota)
