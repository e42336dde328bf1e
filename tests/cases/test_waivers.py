"""Which findings a waiver takes: the boundaries by hand, and many drawn ones against a plain reading."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from pyspark.sql import SparkSession

from cases.waivers import waived_findings
from lake.tables import BILL_LINE, BILL_VISIT, FINDING, FINDING_DETL
from lake.tables.schema import Table

Row = dict[str, Any]
SCOPE = ("rule_id", "rule_type_id", "fixmedins_code", "diag_prefix", "begndate", "enddate")
DAYS = [dt.date(2025, 3, 9) + dt.timedelta(days=number) for number in range(4)]


@dataclass
class Bench:
    """Findings with their rows, the lines and visits behind them, and waivers."""

    findings: list[Row]
    detl: list[Row]
    lines: list[Row]
    visits: list[Row]
    waivers: list[Row]

    def waived(self, spark: SparkSession) -> dict[str, str]:
        """jr_id → waiver_id as the lake's frames have it."""
        tables = ((FINDING, self.findings), (FINDING_DETL, self.detl), (BILL_LINE, self.lines), (BILL_VISIT, self.visits))
        frames = [spark.createDataFrame([values(table, row) for row in rows], table.spark_schema()) for table, rows in tables]
        found = waived_findings(*frames, self.waivers).collect()
        assert {row.jr_id: row.found_for for row in found}.items() <= {f["jr_id"]: f["found_for"] for f in self.findings}.items()
        return {row.jr_id: row.waiver_id for row in found}


def values(table: Table, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in table.names)


def waiver(seq: int = 1, **scope: Any) -> Row:
    given = dict.fromkeys(SCOPE) | scope
    return given | {
        "waiver_id": f"w{seq}", "stas": "granted", "reason": "县医共体试点", "approver": "王",
        "expires_on": dt.date(2025, 12, 31), "seq": seq,
    }  # fmt: skip


def one_finding(**changed: Any) -> Bench:
    """A V02 finding of rule R1 at H1: lines on 10 and 11 March of visit M1, which has the diagnosis J18.900."""
    finding = {
        "jr_id": "f1", "rule_type_id": "V02", "rule_id": "R1", "fixmedins_code": "H1", "mdtrt_id": "M1", "found_for": "2025-03",
        "finding_stas": "active",
    }  # fmt: skip
    lines = [{"mdtrt_id": "M1", "feedetl_sn": str(number), "fee_date": DAYS[number]} for number in (1, 2)]
    rows = [{"jr_id": "f1", "vola_item_type": 1, "found_for": "2025-03"} | line for line in lines]
    # The line that it conflicts with was charged a month before: no day of the fault.
    related = {"jr_id": "f1", "vola_item_type": 2, "mdtrt_id": "M1", "feedetl_sn": "9", "found_for": "2025-03"}
    charged = [*lines, {"mdtrt_id": "M1", "feedetl_sn": "9", "fee_date": dt.date(2025, 2, 9)}]
    visit = {"mdtrt_id": "M1", "end_time": dt.datetime(2025, 3, 12, 10), "diag_codes": ["I10.X00", "J18.900"]}  # noqa: DTZ001
    return Bench([finding | changed], [*rows, related], charged, [visit], [])


@pytest.mark.parametrize(
    ("scope", "is_waived"),
    [
        ({"rule_id": "R1"}, True),
        ({"rule_id": "R2"}, False),
        ({"rule_type_id": "V02"}, True),
        ({"rule_type_id": "V03"}, False),
        ({"rule_type_id": "V02", "fixmedins_code": "H1"}, True),
        ({"rule_type_id": "V02", "fixmedins_code": "H2"}, False),
        ({"rule_type_id": "V02", "diag_prefix": "J18"}, True),
        ({"rule_type_id": "V02", "diag_prefix": "J18.900"}, True),
        ({"rule_type_id": "V02", "diag_prefix": "J18.9001"}, False),
        ({"rule_type_id": "V02", "diag_prefix": "18"}, False),
        ({"rule_id": "R1", "begndate": DAYS[1], "enddate": DAYS[2]}, True),
        ({"rule_id": "R1", "begndate": DAYS[1]}, True),
        ({"rule_id": "R1", "begndate": DAYS[2]}, False),
        ({"rule_id": "R1", "enddate": DAYS[2]}, True),
        ({"rule_id": "R1", "enddate": DAYS[1]}, False),
        ({"rule_id": "R1", "fixmedins_code": "H1", "diag_prefix": "I10", "begndate": DAYS[0], "enddate": DAYS[3]}, True),
        ({"rule_id": "R1", "fixmedins_code": "H1", "diag_prefix": "I11", "begndate": DAYS[0], "enddate": DAYS[3]}, False),
    ],
)
def test_every_given_part_of_the_scope_must_fit(spark: SparkSession, scope: Row, is_waived: bool) -> None:
    bench = one_finding()
    bench.waivers = [waiver(**scope)]

    assert bench.waived(spark) == ({"f1": "w1"} if is_waived else {})


@pytest.mark.parametrize(("state", "is_waived"), [("active", True), ("waived", True), ("shadow", False), ("withdrawn", False)])
def test_only_a_finding_that_would_be_listed_is_waived(spark: SparkSession, state: str, is_waived: bool) -> None:
    bench = one_finding(finding_stas=state)
    bench.waivers = [waiver(rule_id="R1")]

    assert bool(bench.waived(spark)) == is_waived


def test_of_several_waivers_the_first_imported_is_named(spark: SparkSession) -> None:
    bench = one_finding()
    bench.waivers = [waiver(3, rule_id="R1"), waiver(2, rule_type_id="V02"), waiver(1, rule_id="R9")]

    assert bench.waived(spark) == {"f1": "w2"}


@pytest.mark.parametrize("seed", [1, 2])
def test_drawn_findings_and_waivers_match_as_a_plain_reading_says(spark: SparkSession, seed: int) -> None:
    bench = drawn(Random(seed))  # noqa: S311

    expected = plainly_waived(bench)

    assert len(expected) > 20
    assert len(expected) < len(bench.findings)
    assert bench.waived(spark) == expected


def drawn(rnd: Random) -> Bench:
    """300 findings of lines, visits, several visits and institutions, and 24 waivers, over few values of each."""
    visits = [
        {
            "mdtrt_id": f"M{number}",
            "end_time": dt.datetime.combine(rnd.choice(DAYS), dt.time(10)) if rnd.random() < 0.9 else None,
            "diag_codes": rnd.sample(["J18.900", "J15.000", "I10.X00", "A01.01.01"], rnd.choice([0, 1, 2])),
        }
        for number in range(20)
    ]
    lines = [
        {"mdtrt_id": visit["mdtrt_id"], "feedetl_sn": str(number), "fee_date": rnd.choice(DAYS)}
        for visit in visits
        for number in range(3)
    ]
    bench = Bench([], [], lines, visits, [])
    for number in range(300):
        add_finding(bench, rnd, f"f{number}")
    for seq in range(1, 25):
        named = {"rule_id": rnd.choice(["R1", "R2", "R3"])} if seq % 2 else {"rule_type_id": rnd.choice(["V02", "S01", "S10"])}
        scope = {
            "fixmedins_code": rnd.choice(["H1", "H2"]), "diag_prefix": rnd.choice(["J18", "J1", "I10.X00", "A01.01", "Z"]),
            "begndate": rnd.choice([*DAYS, dt.date(2025, 3, 1)]), "enddate": rnd.choice([*DAYS, dt.date(2025, 3, 31)]),
        }  # fmt: skip
        bench.waivers.append(waiver(seq, **named, **{name: value for name, value in scope.items() if rnd.random() < 0.5}))
    return bench


def add_finding(bench: Bench, rnd: Random, jr_id: str) -> None:
    kind = rnd.choice(["lines", "lines", "visit", "visits", "subject"])
    visits = rnd.sample([visit["mdtrt_id"] for visit in bench.visits], 2 if kind == "visits" else 1)
    rows = {
        "lines": [(visits[0], number) for number in rnd.sample(["0", "1", "2"], rnd.choice([1, 2]))],
        "visit": [(visits[0], "*")],
        "visits": [(visit, "*") for visit in visits],
        "subject": [("*", "H1|R1|2025-03")],
    }[kind]
    bench.findings.append(
        {
            "jr_id": jr_id,
            "rule_type_id": rnd.choice(["V02", "S01", "S10"]),
            "rule_id": rnd.choice(["R1", "R2", "R3", "R4"]),
            "fixmedins_code": rnd.choice(["H1", "H2", None]),
            "mdtrt_id": visits[0] if kind in ("lines", "visit") else None,
            "found_for": "2025-03",
            "finding_stas": rnd.choice(["active", "active", "waived", "shadow"]),
        }
    )
    bench.detl += [
        {"jr_id": jr_id, "mdtrt_id": mdtrt_id, "feedetl_sn": sn, "vola_item_type": 1, "found_for": "2025-03"}
        for mdtrt_id, sn in rows
    ]


def plainly_waived(bench: Bench) -> dict[str, str]:
    """jr_id → the first waiver that it falls under, finding by finding and waiver by waiver."""
    diagnoses = {visit["mdtrt_id"]: visit["diag_codes"] for visit in bench.visits}
    found = {}
    for finding in bench.findings:
        if finding["finding_stas"] not in ("active", "waived"):
            continue
        days = days_of(finding, bench)
        for one in sorted(bench.waivers, key=lambda row: row["seq"]):
            if falls_under(finding, one, diagnoses.get(finding["mdtrt_id"], []), days):
                found[finding["jr_id"]] = one["waiver_id"]
                break
    return found


def days_of(finding: Row, bench: Bench) -> list[dt.date | None]:
    """Every day that a finding is about; None for one that is not known."""
    charged = {(line["mdtrt_id"], line["feedetl_sn"]): line["fee_date"] for line in bench.lines}
    ended = {visit["mdtrt_id"]: visit["end_time"] for visit in bench.visits}
    days: list[dt.date | None] = []
    for row in bench.detl:
        if row["jr_id"] != finding["jr_id"]:
            continue
        if row["mdtrt_id"] == "*":
            year, month = int(finding["found_for"][:4]), int(finding["found_for"][5:])
            days += [dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])]
        elif row["feedetl_sn"] == "*":
            end = ended[row["mdtrt_id"]]
            days.append(end.date() if end else None)
        else:
            days.append(charged[row["mdtrt_id"], row["feedetl_sn"]])
    return days


def falls_under(finding: Row, one: Row, diagnoses: Sequence[str], days: Sequence[dt.date | None]) -> bool:
    if one["rule_id"] not in (None, finding["rule_id"]) or one["rule_type_id"] not in (None, finding["rule_type_id"]):
        return False
    if one["fixmedins_code"] not in (None, finding["fixmedins_code"]):
        return False
    prefix = one["diag_prefix"]
    if prefix is not None and not any(code.startswith(prefix) for code in diagnoses):
        return False
    first, last = one["begndate"] or dt.date.min, one["enddate"] or dt.date.max
    return (one["begndate"], one["enddate"]) == (None, None) or all(day is not None and first <= day <= last for day in days)
