"""The two engines that run the one definition of the rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import pyarrow as pa


class Engine(Protocol):
    """What the statements of bills, shapes and findings need of an engine."""

    def register(self, name: str, rows: Any) -> None: ...

    def sql(self, name: str, text: str) -> None: ...

    def arrow(self, name: str) -> pa.Table: ...


def run(engine: Engine, statements: Iterable[tuple[str, str]]) -> None:
    """Makes each relation of ``statements`` (name, query) in order."""
    for name, text in statements:
        engine.sql(name, text)
