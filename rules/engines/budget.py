"""A limit in seconds on what an engine does, kept by a thread that stops it from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

# Between two statements there is nothing to stop, so it is tried again until the block has ended.
AGAIN_SECONDS = 0.2


class OverBudget(Exception):
    """The block took longer than it may, and was stopped or ended late."""


@contextmanager
def stopped_after(seconds: float, stop: Callable[[], None], stopped: tuple[type[Exception], ...]) -> Iterator[None]:
    """Calls ``stop`` once the block has taken ``seconds``, until it ends: OverBudget.

    ``stopped``: what the engine raises when it is stopped; raised earlier, it passes through.
    """
    is_over, has_ended = Event(), Event()

    def watch() -> None:
        if has_ended.wait(seconds):
            return
        is_over.set()
        stop()
        while not has_ended.wait(AGAIN_SECONDS):
            stop()

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except stopped:
        if not is_over.is_set():
            raise
    finally:
        has_ended.set()
        watcher.join()
    if is_over.is_set():
        raise OverBudget(f"stopped after {seconds} s")
