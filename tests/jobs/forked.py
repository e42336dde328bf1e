"""Nights as processes of their own that are forked from one which has imported all of fundguard: a killed one costs no import.

Ten of the forty seconds of processor time that a small night takes go into imports, Great Expectations' above all.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TextIO

from tests.jobs.commands import arguments

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.jobs.imported"])


@contextmanager
def forked_night(folder: Path, month: str, *overrides: str) -> Iterator[tuple[BaseProcess, TextIO]]:
    """A night that runs, and what it says on its standard error: ends when the driver and all it started are gone."""
    pipe = folder / "said"
    os.mkfifo(pipe)
    process = _FORKS.Process(target=_main, args=(arguments(folder, month, *overrides), pipe))
    process.start()
    # Opened when the night has opened it too, which is then a session of its own.
    with pipe.open(encoding="utf-8") as said:
        pipe.unlink()
        yield process, said
    process.join()


def _main(words: Sequence[str], said: Path) -> None:
    os.setsid()
    os.dup2(os.open(said, os.O_WRONLY), sys.stderr.fileno())
    from jobs.cli import main

    for name in [name for name in os.environ if name.startswith("FUNDGUARD_")]:
        del os.environ[name]
    sys.argv = ["fundguard", *words]
    main()
