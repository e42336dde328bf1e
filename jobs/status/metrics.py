"""The last runs as OpenMetrics text, for whatever scrapes or collects it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric, StateSetMetricFamily
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.registry import Collector

from lake.runs import DONE, FAILED, KILLED, NOTHING_TO_DO, REFUSED, RUNNING, RunRecord

STATES = (DONE, NOTHING_TO_DO, RUNNING, REFUSED, FAILED, KILLED)


def metrics_text(runs: Sequence[RunRecord]) -> str:
    """All metrics of the runs, which are in the order in which they began."""
    registry = CollectorRegistry()
    registry.register(_Runs(runs))
    return generate_latest(registry).decode()


class _Runs(Collector):
    """The metrics of the last run of each job, of the last that succeeded, and of the last publication."""

    def __init__(self, runs: Sequence[RunRecord]) -> None:
        self._runs = runs
        self._last = {run.job: run for run in runs}
        self._good = {run.job: run for run in runs if run.exit_code == 0}

    def collect(self) -> Iterator[Metric]:
        """Every metric, each with what it means."""
        last = self._last.items()
        yield _by_job("last_run_started_timestamp_seconds", "When the last run of the job began.", _times(last, "started"))
        yield _by_job(
            "last_success_timestamp_seconds",
            "When the last run of the job with exit code 0 ended.",
            _times(self._good.items(), "ended"),
        )
        yield _by_job("last_run_seconds", "Seconds of the last run of the job.", ((job, run.seconds) for job, run in last))
        yield _by_job("last_run_exit_code", "Exit code of the last run of the job.", ((job, run.exit_code) for job, run in last))
        yield _by_job(
            "last_run_gate_refusals", "Checks that refused in the last run.", ((job, run.gate_refusals) for job, run in last)
        )
        yield self._states()
        yield self._rows()
        yield self._steps()
        yield self._counts()
        yield from self._published()

    def _states(self) -> Metric:
        family = StateSetMetricFamily("fundguard_last_run_state", "State of the last run of the job.", labels=["job"])
        for job, run in self._last.items():
            family.add_metric([job], {state: run.state == state for state in STATES})
        return family

    def _rows(self) -> Metric:
        family = GaugeMetricFamily(
            "fundguard_last_run_rows", "Landed rows of the last run of the job.", labels=["job", "outcome"]
        )
        for job, run in self._last.items():
            for outcome in ("read", "kept", "rejected", "repeated"):
                if (rows := getattr(run, outcome)) is not None:
                    family.add_metric([job, outcome], rows)
        return family

    def _steps(self) -> Metric:
        family = GaugeMetricFamily(
            "fundguard_last_run_step_seconds", "Seconds of each step of the last run.", labels=["job", "step"]
        )
        for job, run in self._last.items():
            taken: Counter[str] = Counter()
            for step in run.steps:
                taken[step.name] += step.seconds or 0  # type: ignore[assignment]
            for name, seconds in taken.items():
                family.add_metric([job, name], seconds)
        return family

    def _counts(self) -> Metric:
        family = GaugeMetricFamily("fundguard_recorded_runs", "Runs on record by job and state.", labels=["job", "state"])
        for (job, state), count in sorted(Counter((run.job, run.state) for run in self._runs).items()):
            family.add_metric([job, state], count)
        return family

    def _published(self) -> Iterator[Metric]:
        shown = next((run for run in reversed(self._runs) if run.publication is not None), None)
        if shown is None:
            return
        yield GaugeMetricFamily("fundguard_publication_id", "Number of the last publication.", value=shown.publication)
        yield GaugeMetricFamily("fundguard_published_findings", "Findings that it shows.", value=shown.findings or 0)
        yield GaugeMetricFamily("fundguard_published_cases", "Cases that it shows.", value=shown.cases or 0)
        family = GaugeMetricFamily("fundguard_published_yuan", "Yuan of what it shows.", labels=["amount"])
        for amount in ("vola_amt", "fund_amt", "refused_amt"):
            family.add_metric([amount], float(getattr(shown, amount) or 0))
        yield family


def _by_job(name: str, meaning: str, values: Iterable[tuple[str, float | None]]) -> Metric:
    family = GaugeMetricFamily(f"fundguard_{name}", meaning, labels=["job"])
    for job, value in values:
        if value is not None:
            family.add_metric([job], value)
    return family


def _times(runs: Iterable[tuple[str, RunRecord]], when: str) -> Iterator[tuple[str, float]]:
    for job, run in runs:
        yield job, datetime.fromisoformat(getattr(run, when)).timestamp()
