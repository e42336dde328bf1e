"""What looks at months before, by drawn bills beside a plain reference: the person's last stay, and the trend of amounts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

import pytest

from jobs.feature_inputs import month_number
from rules.engines.duck import DuckEngine
from tests.features.world import LINE, VISIT, Row, register, tables_of

MONTHS = ("2024-11", "2024-12", "2025-01", "2025-02", "2025-03", "2025-04")
ASKED = ("2025-02", "2025-04")


def drawn(seed: int) -> tuple[list[Row], list[Row]]:
    """Lines and visits of few persons: stays that are settled late, begin at the same hour, or last into the next month."""
    random = Random(seed)  # noqa: S311 - drawn bills are no secret
    visits, lines = [], []
    for number in range(40):
        month = random.choice(MONTHS)
        begun = datetime.fromisoformat(f"{month}-01 08:00:00") + timedelta(days=random.randrange(-20, 4))
        stay = random.random() < 0.4
        visit = {
            "month": month, "mdtrt_id": f"v{number:02}", "psn_no": random.choice("pqr"), "begn_time": str(begun),
            "end_time": str(begun + timedelta(days=random.randrange(40) * stay)), "visit_class": "IPT" if stay else "OTP",
        }  # fmt: skip
        visits.append(VISIT | visit)
        for at in range(random.randrange(3)):
            amount = str(random.randrange(1, 900))
            billed = {name: visit[name] for name in ("month", "mdtrt_id", "psn_no")} | {"feedetl_sn": str(at), "net_amt": amount}
            lines.append(LINE | billed | {"net_inscp": amount, "fee_time": str(begun), "fee_date": str(begun.date())})
    return lines, visits


def days_since_stay(visit: Row, visits: list[Row]) -> int | None:
    """Days since the end of the person's stays that were settled in an earlier month, or in the same and began earlier."""
    places = [(one["month"], one["begn_time"], one["mdtrt_id"]) for one in (visit, *visits)]
    ends = [
        one["end_time"]
        for one, place in zip(visits, places[1:], strict=True)
        if one["psn_no"] == visit["psn_no"] and one["visit_class"] == "IPT" and place < places[0]
    ]
    days = (date.fromisoformat(visit["begn_time"][:10]) - date.fromisoformat(max(ends)[:10])).days if ends else -1
    return days if 0 <= days <= 180 else None


def trend_3(person: str, month: str, lines: list[Row], first: str) -> float | None:
    """The month's amount beside the mean of the three before; missing where that is 0 or the lake does not reach so far."""
    amounts = [0, 0, 0, 0]
    for line in lines:
        back = month_number(month) - month_number(line["month"])
        if line["psn_no"] == person and 0 <= back <= 3:
            amounts[back] += int(line["net_amt"])
    before = sum(amounts[1:])
    return amounts[0] * 3 / before if before and month_number(month) - 3 >= month_number(first) else None


@pytest.mark.parametrize("seed", range(20))
def test_last_stays_and_trends_are_the_references(seed: int) -> None:
    lines, visits = drawn(seed)
    engine = DuckEngine(threads=1)
    register(engine, lines, visits, ASKED)
    told = tables_of(engine)

    asked = [visit for visit in visits if visit["month"] in ASKED]
    expected = {(visit["month"], visit["mdtrt_id"]): days_since_stay(visit, visits) for visit in asked}
    assert {(row["month"], row["mdtrt_id"]): row["days_since_stay"] for row in told["visit_month"]} == expected

    first = min(visit["month"] for visit in visits)
    persons = {(row["month"], row["psn_no"]): row["fee_trend_3"] for row in told["person_month"]}
    assert persons.keys() == {(visit["month"], visit["psn_no"]) for visit in asked}
    for (month, person), trend in persons.items():
        assert trend == pytest.approx(trend_3(person, month, lines, first), abs=1e-4), (month, person)
