"""The gate's report: one HTML page in Chinese that needs no network, and the lines that a refused night prints. Counts only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from expectations.check import FAIL, QUARANTINE, WARN
from expectations.impact import Impact
from expectations.suites import SUITES
from expectations.verdict import NOT_RUN, PASSED, REFUSED, RELEASED, SET_ASIDE, WARNED, Verdict
from lake.places import write_whole

STATES = {PASSED: "通过", WARNED: "警告", SET_ASIDE: "已隔离", REFUSED: "拒绝", RELEASED: "已放行", NOT_RUN: "未能执行"}
CONSEQUENCES = {FAIL: "拒绝", QUARANTINE: "隔离", WARN: "警告"}


@dataclass(frozen=True)
class Report:
    """What a night's gate came to. ``batches``: batch_id → whether a person released it."""

    business_date: date
    mode: str
    batches: Mapping[str, bool]
    verdicts: Sequence[Verdict]
    impact: Impact | None

    @property
    def refusing(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.refuses]

    @property
    def noticed(self) -> list[Verdict]:
        """What neither passed nor refuses."""
        return [verdict for verdict in self.verdicts if not verdict.refuses and verdict.state != PASSED]

    @property
    def batch_rows(self) -> list[tuple[str, str, int, int]]:
        """Of each batch its name, the conclusion in words, and how many checks refuse it or want a look."""
        refusing, noticed = (Counter(verdict.measure.part for verdict in found) for found in (self.refusing, self.noticed))
        concluded = {
            batch_id: "人工放行" if released else "不予放行" if refusing[batch_id] else "放行"
            for batch_id, released in self.batches.items()
        }
        return [(batch_id, words, refusing[batch_id], noticed[batch_id]) for batch_id, words in concluded.items()]

    @property
    def tables(self) -> list[tuple[str, str, list[Verdict]]]:
        """Name, title and verdicts of each table."""
        grouped = groupby(self.verdicts, key=lambda verdict: verdict.measure.table)
        return [(table, SUITES[table].title, list(verdicts)) for table, verdicts in grouped]


def write_report(report: Report, path: Path) -> None:
    """Writes the page; what lay there is replaced whole."""
    environment = Environment(
        loader=PackageLoader("expectations"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"percent": percent, "number": number}
    text = environment.get_template("report.html").render(
        report=report, states=STATES, consequences=CONSEQUENCES, titles={name: suite.title for name, suite in SUITES.items()}
    )
    write_whole(path, text)


def refusal(verdict: Verdict) -> str:
    """One line: what refuses, in which batch or month, with count and share."""
    measure = verdict.measure
    named = f"gate: {measure.part} {measure.table}.{measure.check.id} {measure.check.name}"
    if verdict.state == NOT_RUN:
        return f"{named}: did not run"
    found = f"{number(measure.faults)} of {number(measure.asked)} rows, {percent(measure.share)}"
    return (
        f"{named}: {found}; none may be"
        if measure.check.consequence == FAIL
        else f"{named}: {found}; at most {percent(verdict.limit)}"
    )


def percent(share: float | None) -> str:
    """A share as a percentage with two decimals; a few of many are not none."""
    if share is None:
        return ""
    return "< 0.01 %" if 0 < share < 0.00005 else f"{share * 100:.2f} %"


def number(count: int | None) -> str:
    """A count with thousands separated."""
    return "" if count is None else f"{count:,}"
