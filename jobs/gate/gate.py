"""The gate of one night: sources before they become bills, products before they are published, one report of both."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path

from expectations.great import GreatExpectations
from expectations.impact import Impact
from expectations.metrics import Measure
from expectations.report import Report, refusal, write_report
from expectations.verdict import RELEASED, Verdict, verdicts
from jobs.gate.pending import pending
from jobs.gate.places import limits
from jobs.gate.products import measure_products
from jobs.gate.sources import measure_sources
from jobs.ingest.quarantine import quarantine
from jobs.run import note
from jobs.settings import Settings
from lake.errors import GateRefused
from lake.publications import Publication
from lake.store import Lake

log = logging.getLogger(__name__)

REPORTS = "_gate"


class Gate:
    """Judges what a night brought and reports it; where ``gate.mode`` is enforce, a refusal is then raised as GateRefused."""

    def __init__(self, lake: Lake, settings: Settings, business_date: date) -> None:
        self._lake = lake
        self._settings = settings
        self._day = business_date
        self._great: GreatExpectations | None = None
        self._verdicts: list[Verdict] = []
        self._batches: dict[str, bool] = {}  # batch_id → released
        self._impact: Impact | None = None

    def check_sources(self, published: Publication | None) -> None:
        """Judges the rows that no publication holds yet, and sets aside those that a check quarantines."""
        new = pending(self._lake, published)
        if not new:
            return
        judged = measure_sources(self._lake, self._settings, self._day, new, published)
        quarantine(self._lake, self._lake.spark.createDataFrame(judged.aside), new.batches)
        self._batches = {batch_id: batch_id in new.released for batch_id in new.batches}
        self._impact = judged.impact
        self._judge(judged.measures, new.released)

    def check_products(self) -> None:
        """Judges bills, findings and cases as they would be published."""
        self._judge(measure_products(self._lake, self._settings, self._day), ())

    def _judge(self, found: Sequence[Measure], released: Collection[str]) -> None:
        if self._great is None:
            self._great = GreatExpectations(self._lake.spark)
        judged = verdicts(found, limits(self._settings), released, self._great.validate)
        self._verdicts += judged
        report = self._write_report()
        lines = [refusal(verdict) for verdict in judged if verdict.refuses]
        log.info("gate: %d checks, %d refuse; report %s", len(judged), len(lines), report)
        refused = sum(verdict.refuses for verdict in self._verdicts)
        is_released = any(verdict.state == RELEASED for verdict in self._verdicts)
        said = "reported" if refused else "released" if is_released else "passed"
        note(gate=said, gate_checks=len(self._verdicts), gate_refusals=refused)
        if lines and self._settings.gate.mode == "enforce":
            raise GateRefused("\n".join([*lines, f"gate: nothing is published; report {report}"]))
        for line in lines:
            log.warning("%s", line)

    def _write_report(self) -> Path:
        """Writes the report of all verdicts so far; where it lies."""
        path = self._lake.path / REPORTS / f"gate-{self._day.isoformat()}.html"
        write_report(Report(self._day, self._settings.gate.mode, self._batches, self._verdicts, self._impact), path)
        return path
