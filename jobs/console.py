"""What a command says while it works: bars when a person watches stderr, plain log lines otherwise."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

PLAIN_FORMAT = "%(asctime)s %(levelname)s %(message)s"
SECONDS_BETWEEN_LINES = 30.0

log = logging.getLogger("fundguard")


class Advance(Protocol):
    """Called after a step: how many are done by it, and what comes next."""

    def __call__(self, done: int = 1, note: str = "") -> None: ...


def start_logging(level: int = logging.INFO) -> Console:
    """The console of this run on stderr, with all log records going to it."""
    console = Console(stderr=True, highlight=False)
    if _is_watched(console):
        handler: logging.Handler = RichHandler(console=console, show_path=False, markup=False, log_time_format="%X")
        handler.setFormatter(logging.Formatter("%(message)s"))
    else:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter(PLAIN_FORMAT))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The bridge to the JVM logs every call, row values included, and on the root logger the traceback of a JVM that is gone.
    logging.getLogger("py4j").setLevel(logging.WARNING)
    # The client of an object store says at each start where it found what.
    for name in ("botocore", "aiobotocore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    handler.addFilter(lambda record: record.module != "java_gateway")
    return console


@contextmanager
def progress(console: Console, work: str, total: int) -> Iterator[Advance]:
    """Shows ``total`` steps of ``work``: a bar on a watched console, else now and then a log line, and one at the end."""
    if _is_watched(console):
        with _bar(console) as bar:
            task = bar.add_task(work, total=total, note="")
            yield lambda done=1, note="": bar.update(task, advance=done, note=note)
        return
    lines = _Lines(work, total)
    log.info("%s: %d steps", work, total)
    yield lines
    log.info("%s: %d of %d done in %.1f s", work, lines.done, total, time.monotonic() - lines.started)


def _is_watched(console: Console) -> bool:
    return console.is_terminal and not console.is_dumb_terminal


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, TextColumn("{task.fields[note]}"), console=console)


class _Lines:
    """Progress as log lines, few enough for a night's log."""

    def __init__(self, work: str, total: int) -> None:
        self.work = work
        self.total = total
        self.done = 0
        self.started = self.said = time.monotonic()

    def __call__(self, done: int = 1, note: str = "") -> None:
        self.done += done
        if time.monotonic() - self.said >= SECONDS_BETWEEN_LINES:
            self.said = time.monotonic()
            log.info("%s: %d of %d done%s", self.work, self.done, self.total, f", {note}" if note else "")
