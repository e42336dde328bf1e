"""After nights that judge only what they touch, the lake holds what one whole audit of it finds (docs/decisions/0088)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from lake.store import Lake
from lake.tables import FINDING
from tests.generated.histories import Night, drawn_nights
from tests.jobs.histories import differing, run_night, run_whole
from tests.jobs.nights import settings_of

SETTINGS = ("audit.touched_only=true", "gate.mode=report", "history_from=2024-01-01")
PART = "judging again the bills"


def nights_that_judged_a_part(lake: Lake, folder: Path, nights: Sequence[Night], engines: Sequence[str]) -> int:
    """How many did, once the lake that the last one left is equal to a whole audit's."""
    with Messages() as said:
        for night, engine in zip(nights, engines, strict=True):
            published = run_night(lake, settings_of(*SETTINGS, f"audit.engine={engine}"), folder, night)
    assert lake.read(FINDING).count() > 0
    run_whole(lake, settings_of(*SETTINGS, "audit.engine=duckdb"), nights[-1], published)
    assert differing(lake, published) == {}
    return sum(PART in message for message in said.messages)


class Messages(logging.Handler):
    """What is logged while it is open."""

    def __enter__(self) -> Messages:
        self.messages: list[str] = []
        logging.getLogger("jobs").addHandler(self)
        logging.getLogger("jobs").setLevel(logging.INFO)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("jobs").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


# On Spark each shape costs minutes, however few the lines: one type of every kind of look-back, and two that look further.
FEW = ("V02", "V09", "V14", "S01", "S08", "S09")


@pytest.mark.long
def test_ten_histories_judged_in_part_by_either_engine(lake: Lake, tmp_path: Path) -> None:
    nights = drawn_nights(2, histories=10, nights=3, types=FEW)

    assert nights_that_judged_a_part(lake, tmp_path / "landing", nights, ("duckdb", "duckdb", "spark")) == 2


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 13))
def test_many_histories_through_the_lake(lake: Lake, tmp_path: Path, seed: int) -> None:
    nights = drawn_nights(seed, histories=100)

    assert nights_that_judged_a_part(lake, tmp_path / "landing", nights, ["duckdb"] * len(nights)) > 0
