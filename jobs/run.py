"""The run of a writing command: its id, its record beside the lake, the steps it goes through, and its log as JSON lines."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jobs.failures import known_failure
from jobs.json_log import JsonLines
from lake.code_version import code_version
from lake.errors import FundguardError
from lake.places import is_local
from lake.publications import Publication
from lake.runs import FOLDER, GATE_REFUSED, RunRecord, Step, process_mark, write_record
from lake.session import ZONE
from lake.tables import CASE_LIST, FINDING, REFUSE_LIST

log = logging.getLogger(__name__)

A_BUG = 1
STOPPED = 130  # as a shell says it of a process that Ctrl-C ended


class Run:
    """A run at work. Its record is written at the start, at each step and at the end: a killed run says how far it came."""

    def __init__(self, lake: Path, record: RunRecord) -> None:
        self._lake = lake
        self._began = self._step_began = time.monotonic()
        self.record = record
        self._save()

    def at(self, step: str) -> None:
        """The run is at ``step`` from now on."""
        self._end_step()
        self.record.steps.append(Step(step, _now()))
        self._save()

    def end(self, exit_code: int, line: str) -> None:
        """The run is over."""
        self._end_step()
        self.record.ended = _now()
        self.record.seconds = round(time.monotonic() - self._began, 3)
        self.record.exit_code, self.record.line = exit_code, line
        if exit_code == GATE_REFUSED:
            self.record.gate = "refused"
        self._save()

    def _end_step(self) -> None:
        now = time.monotonic()
        if self.record.steps:
            self.record.steps[-1].seconds = round(now - self._step_began, 3)
        self._step_began = now

    def _save(self) -> None:
        write_record(self._lake, self.record)


_current: ContextVar[Run | None] = ContextVar("run", default=None)


@contextmanager
def recorded(lake: Path, job: str, business_date: date | None = None, months: Sequence[str] = ()) -> Iterator[None]:
    """Keeps a record and a log of what is done inside, under one run id; what is raised passes through."""
    record = RunRecord(
        run_id=f"{datetime.now(ZoneInfo(ZONE)):%Y%m%dT%H%M%S}-{job.replace(' ', '-')}-{secrets.token_hex(3)}",
        job=job,
        started=_now(),
        host=socket.gethostname(),
        pid=os.getpid(),
        process=process_mark(os.getpid()),
        code_version=code_version(),
        business_date=business_date.isoformat() if business_date else None,
        months=list(months),
    )
    run = Run(lake, record)
    token = _current.set(run)
    try:
        with _logged(lake / FOLDER / f"{record.run_id}.jsonl", record):
            log.info("run %s", record.run_id)
            code, line = A_BUG, ""
            try:
                yield
                code = 0
            except BaseException as error:
                code, line = _outcome(error)
                raise
            finally:
                run.end(code, line)
                log.info("run %s ended with exit code %d after %.1f s", record.run_id, code, record.seconds)
    finally:
        _current.reset(token)


def now_at(step: str) -> None:
    """Says which step the current run is at; the step before has ended. Nothing without a run."""
    run = _current.get()
    if run:
        run.at(step)


def note(**facts: Any) -> None:
    """Keeps facts of the current run, by the names of RunRecord; they are written with the next step. Nothing without a run."""
    run = _current.get()
    for name, value in facts.items() if run else ():
        if not hasattr(run.record, name):  # type: ignore[union-attr]
            raise AttributeError(f"a run keeps no {name}")
        setattr(run.record, name, value)  # type: ignore[union-attr]


def note_publication(publication: Publication, is_new: bool) -> None:
    """Keeps what stands published now."""
    held = publication.contents
    found, refused = held.get(FINDING.name, {}), held.get(REFUSE_LIST.name, {})
    note(
        publication=publication.publication_id,
        published=is_new,
        findings=found.get("rows"),
        vola_amt=found.get("vola_amt"),
        fund_amt=found.get("fund_amt"),
        refused_amt=refused.get("fund_amt"),
        cases=held.get(CASE_LIST.name, {}).get("rows"),
    )


def _outcome(error: BaseException) -> tuple[int, str]:
    """Exit code and line of what ended a run; of a bug only its kind, as its text may hold a row's values."""
    known = known_failure(error) if isinstance(error, Exception) else None
    if isinstance(known, FundguardError):
        return known.exit_code, str(known).splitlines()[0]
    if isinstance(error, SystemExit) and isinstance(error.code, int):
        return error.code, "stopped by SIGTERM" if error.code else ""
    if isinstance(error, KeyboardInterrupt):
        return STOPPED, "stopped by the keyboard"
    return A_BUG, f"{type(error).__name__}: a bug, its traceback is in the log of whoever started the command"


@contextmanager
def _logged(file: Path, record: RunRecord) -> Iterator[None]:
    """All log records go to ``file`` too, one JSON object a line; on an object store, which appends nothing, at the end."""
    with tempfile.TemporaryDirectory() as own:
        written = file if is_local(file) else Path(own) / file.name
        handler = JsonLines(written, record)
        logging.getLogger().addHandler(handler)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(handler)
            handler.close()
            if written is not file:
                file.write_bytes(written.read_bytes())


def _now() -> str:
    return datetime.now(ZoneInfo(ZONE)).isoformat(timespec="milliseconds")
