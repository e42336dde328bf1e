"""The record of each run of a writing command: one small JSON file beside the tables, read without Spark."""

from __future__ import annotations

import json
import logging
import socket
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from lake.places import write_whole

log = logging.getLogger(__name__)

FOLDER = "_runs"
RUNNING, KILLED, DONE, NOTHING_TO_DO, REFUSED, FAILED = "running", "killed", "done", "nothing to do", "refused", "failed"
GATE_REFUSED = 3


@dataclass
class Step:
    """A step of the run: when it began (ISO 8601) and the seconds until the next one did."""

    name: str
    started: str
    seconds: float | None = None


@dataclass
class RunRecord:
    """What an operator asks of a run. No person's data: counts, sums, names of steps, and the line that the command printed.

    ``ended`` is empty as long as the run is at work, and for ever if it was killed. ``read`` = kept + rejected + repeated.
    ``findings`` and the amounts are those of the publication that stood at the end, ``published`` says whether it is new.
    """

    run_id: str
    job: str
    started: str
    host: str
    pid: int
    process: str
    code_version: str
    business_date: str | None = None
    months: list[str] = field(default_factory=list)
    ended: str | None = None
    seconds: float | None = None
    steps: list[Step] = field(default_factory=list)
    read: int | None = None
    kept: int | None = None
    rejected: int | None = None
    repeated: int | None = None
    gate: str | None = None
    gate_checks: int = 0
    gate_refusals: int = 0
    model: str = "none"
    publication: int | None = None
    published: bool = False
    findings: int | None = None
    vola_amt: str | None = None
    fund_amt: str | None = None
    refused_amt: str | None = None
    cases: int | None = None
    exit_code: int | None = None
    line: str = ""

    @property
    def state(self) -> str:
        """One of the states above; of a run on another machine that did not end, running."""
        if self.ended is None:
            is_gone = self.host == socket.gethostname() and process_mark(self.pid) != self.process
            return KILLED if is_gone else RUNNING
        if self.exit_code:
            return REFUSED if self.exit_code == GATE_REFUSED else FAILED
        return DONE if self.published or self.publication is None else NOTHING_TO_DO


def process_mark(pid: int) -> str:
    """What tells a process from a later one of the same number: boot and start, as Linux counts it; empty if it is gone."""
    try:
        start = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text(encoding='utf-8').strip()}:{start}"
    except OSError:
        return ""


def write_record(lake: Path, record: RunRecord) -> None:
    """Puts the record in the place of what was written of the run before, whole or not at all."""
    write_whole(lake / FOLDER / f"{record.run_id}.json", json.dumps(asdict(record), ensure_ascii=False, indent=1))


def read_records(lake: Path) -> list[RunRecord]:
    """Every run of the lake, oldest first; a file that is no record is logged and left out."""
    records = []
    for file in sorted((lake / FOLDER).glob("*.json")):
        try:
            records.append(_record(json.loads(file.read_text(encoding="utf-8"))))
        except (ValueError, TypeError, KeyError):
            log.warning("%s/%s is no record of a run; left out", FOLDER, file.name)
    return sorted(records, key=lambda record: (record.started, record.run_id))


def old_run_files(lake: Path, before: date) -> list[Path]:
    """Records and logs of the runs that began before that day, and of those that left no record any more.

    A run id begins with the day. Kept is what is at work, and the last run of each job that succeeded: since then none did.
    """
    records = read_records(lake)
    succeeded = {record.job: record.run_id for record in records if record.exit_code == 0}
    kept = {record.run_id for record in records if record.state == RUNNING} | set(succeeded.values())
    first = f"{before:%Y%m%d}"
    files = (file for file in sorted((lake / FOLDER).glob("*.json*")) if file.name < first)
    return [file for file in files if file.stem not in kept]


def _record(content: dict[str, Any]) -> RunRecord:
    """The record in a file; what a later version of the code writes beside it is left alone."""
    known = {declared.name for declared in fields(RunRecord)}
    values = {name: value for name, value in content.items() if name in known}
    return RunRecord(**values | {"steps": [Step(**step) for step in values["steps"]]})
