"""The last runs as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from lake.runs import DONE, FAILED, KILLED, NOTHING_TO_DO, REFUSED, RUNNING, RunRecord

STYLES = {DONE: "green", NOTHING_TO_DO: "dim", RUNNING: "cyan", REFUSED: "yellow", FAILED: "red", KILLED: "red"}
LEFT = ("started", "job", "date", "state")
RIGHT = ("read", "kept", "rejected", "findings", "yuan", "seconds")
LAST = ("gate", "model", "publication", "what it said")


def status_table(runs: Sequence[RunRecord]) -> Table:
    """One row a run, oldest first; of a run that is not over, or was killed, the step that it is or was at."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in LEFT:
        table.add_column(heading, no_wrap=True)
    for heading in RIGHT:
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in LAST:
        table.add_column(heading, no_wrap=heading != LAST[-1], overflow="fold")
    for run in runs:
        table.add_row(*_cells(run))
    return table


def said(run: RunRecord) -> str:
    """The exit code and line of a run that failed, the step of one that is not over."""
    if run.ended is None:
        return f"at {run.steps[-1].name}" if run.steps else "at its start"
    return f"exit {run.exit_code}: {run.line}" if run.exit_code else run.line


def _cells(run: RunRecord) -> list[str]:
    style = STYLES[run.state]
    return [
        run.started[:16].replace("T", " "),
        run.job,
        run.business_date or "",
        f"[{style}]{run.state}[/{style}]",
        *(_count(count) for count in (run.read, run.kept, run.rejected, run.findings)),
        f"{float(run.fund_amt):,.2f}" if run.fund_amt is not None else "",
        f"{run.seconds:,.0f}" if run.seconds is not None else "",
        _gate(run),
        run.model,
        _count(run.publication) + ("" if run.published or run.publication is None else " (as before)"),
        escape(said(run)),
    ]


def _gate(run: RunRecord) -> str:
    if run.gate is None:
        return ""
    return f"{run.gate} ({run.gate_refusals} of {run.gate_checks})" if run.gate_refusals else run.gate


def _count(count: int | None) -> str:
    return "" if count is None else f"{count:,}"
