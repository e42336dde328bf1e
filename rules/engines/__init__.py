"""The two engines that run the one definition of the rules."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa


class Engine(Protocol):
    """What the statements of bills, shapes and findings need of an engine."""

    def register(self, name: str, rows: Any) -> None: ...

    def sql(self, name: str, text: str, reused: bool = False) -> None: ...

    def renew(self, name: str, text: str) -> None: ...

    def arrow(self, name: str) -> pa.Table: ...

    def limited(self, seconds: float) -> AbstractContextManager[None]: ...


@dataclass(frozen=True)
class Repeat:
    """Makes relation ``name`` anew from itself by query ``text``, until query ``unsettled`` has no row.

    An earlier statement makes ``name`` for the first round. ``unsettled`` reads what the round made; it must come to be
    empty, since nothing else ends the rounds. Each costs one run of either query.
    """

    name: str
    text: str
    unsettled: str


# (relation, query), or a query that is repeated.
Statement = tuple[str, str] | Repeat


def run(engine: Engine, statements: Sequence[Statement], kept: Collection[str] = ()) -> None:
    """Makes each relation of ``statements`` in order.

    A relation that several later statements read, one that is repeated, or one in ``kept`` (read by what runs later, or
    too much to be planned as part of its reader) is computed once: an engine that only plans keeps its rows.
    """
    reads = [_relations_read(statement) for statement in statements]
    for place, statement in enumerate(statements):
        if isinstance(statement, Repeat):
            _settle(engine, statement)
            continue
        name, text = statement
        readers = sum(name in names for later in reads[place + 1 :] for names in later)
        engine.sql(name, text, reused=readers > 1 or name in kept)


def _relations_read(statement: Statement) -> list[set[str]]:
    """The relations that each query of a statement reads; a repeated one reads them more than once."""
    texts = [statement.text, statement.text, statement.unsettled] if isinstance(statement, Repeat) else [statement[1]]
    return [set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", text)) for text in texts]


def relations_read(statements: Sequence[Statement]) -> set[str]:
    """Every relation that some query of ``statements`` reads."""
    return set().union(*(names for statement in statements for names in _relations_read(statement)))


def _settle(engine: Engine, step: Repeat) -> None:
    """Round after round of ``step``; at least one."""
    unsettled = f"{step.name}_unsettled"
    while True:
        engine.renew(step.name, step.text)
        engine.sql(unsettled, f"SELECT count(*) AS open_rows FROM ({step.unsettled}) AS unsettled")
        if engine.arrow(unsettled).column("open_rows")[0].as_py() == 0:
            return
