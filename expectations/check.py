"""What an expectation is: names and SQL text in the portable subset. Loads where neither Spark nor Great Expectations runs."""

from __future__ import annotations

from dataclasses import dataclass

FAIL = "fail"  # one faulty row refuses the batch
QUARANTINE = "quarantine"  # faulty rows are set aside, the others go on
WARN = "warn"  # reported
CONSEQUENCES = (FAIL, QUARANTINE, WARN)


@dataclass(frozen=True)
class Check:
    """One expectation over the rows of a pass.

    ``fault`` is TRUE for a faulty row, FALSE for a sound one, NULL where it cannot be asked (a value or a reference is
    missing): unknown is not a fault, and the report says how many rows were asked. ``name`` and ``reason`` are read by
    those who run the night. ``share`` names the setting ``gate.share.<share>`` above which a quarantine or a warning
    refuses the batch; without it, it never does. ``any_size``: the share binds however few rows the batch has, because the fault
    itself asks only where there is enough to go by.
    """

    id: str
    name: str
    reason: str
    fault: str
    consequence: str = WARN
    share: str | None = None
    any_size: bool = False


@dataclass(frozen=True)
class Pass:
    """Checks that are judged over the same rows, together.

    ``of`` says in Chinese what a row is. ``rows`` is what follows FROM; its first relation bears the name ``this``.
    ``part`` groups the rows: the batch that brought them, or a product's month. ``before``: relations that ``rows`` needs,
    each with its query.
    """

    of: str
    rows: str
    checks: tuple[Check, ...]
    part: str = "this.batch_id"
    before: tuple[tuple[str, str], ...] = ()

    @property
    def is_of_landed_rows(self) -> bool:
        """Whether ``this`` are rows of landing files, which can be set aside one by one."""
        return self.rows.lstrip().startswith("new_")

    @property
    def quarantining(self) -> tuple[Check, ...]:
        """The checks that set rows aside."""
        return tuple(check for check in self.checks if check.consequence == QUARANTINE)


@dataclass(frozen=True)
class Suite:
    """The expectations of one table."""

    table: str
    title: str
    passes: tuple[Pass, ...]

    def __post_init__(self) -> None:
        ids = [check.id for check in self.checks]
        if not ids or len(ids) != len(set(ids)):
            raise ValueError(f"{self.table}: a suite has checks, each with an id of its own")

    @property
    def checks(self) -> tuple[Check, ...]:
        """All checks in the order of their passes."""
        return tuple(check for judged in self.passes for check in judged.checks)
