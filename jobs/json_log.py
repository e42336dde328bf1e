"""Log records as JSON lines, each with the run that wrote it: for whatever collects logs."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lake.runs import RunRecord
from lake.session import ZONE


class JsonLines(logging.FileHandler):
    """Appends one object a line: time, level, logger, message; run_id, job, step, publication and the run's seconds so far.

    Of an exception only its kind is kept: a traceback may repeat the values of a row.
    """

    def __init__(self, file: Path, run: RunRecord) -> None:
        super().__init__(file, encoding="utf-8")
        self._run = run
        self._began = datetime.fromisoformat(run.started)
        # The bridge to the JVM logs tracebacks and calls, row values included.
        self.addFilter(lambda record: record.module != "java_gateway")

    def handleError(self, record: logging.LogRecord) -> None:
        """Says nothing: a full disk ends the run by itself, in one line and without a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        at = datetime.fromtimestamp(record.created, ZoneInfo(ZONE))
        line = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "run_id": self._run.run_id,
            "job": self._run.job,
            "step": self._run.steps[-1].name if self._run.steps else None,
            "publication": self._run.publication,
            "seconds": round((at - self._began).total_seconds(), 3),
        }
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)
