"""The two engines that run the one definition of the rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

import pyarrow as pa


class Engine(Protocol):
    """What the statements of bills, shapes and findings need of an engine."""

    def register(self, name: str, rows: Any) -> None: ...

    def sql(self, name: str, text: str, reused: bool = False) -> None: ...

    def arrow(self, name: str) -> pa.Table: ...


def run(engine: Engine, statements: Sequence[tuple[str, str]]) -> None:
    """Makes each relation of ``statements`` (name, query) in order.

    A relation that several later statements read is computed once: an engine that only plans keeps its rows.
    """
    reads = [set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", text)) for _, text in statements]
    for place, (name, text) in enumerate(statements):
        engine.sql(name, text, reused=sum(name in names for names in reads[place + 1 :]) > 1)
