"""Who may be champion."""

from __future__ import annotations

import pytest

from models.registry import Version, objection_to

EARNED = {"baseline": "ranking by x", "beats_baseline": True, "champion": 3, "beats_champion": True}


@pytest.mark.parametrize(
    ("differs", "champion", "objection"),
    [
        ({}, 3, None),
        # The first champion has the baseline alone to beat.
        ({"champion": None}, None, None),
        ({"drift": None}, 3, None),
        (
            {"drift": "7 of 9 features are shifted"},
            3,
            "the rows judged on are unlike those learnt from: 7 of 9 features are shifted",
        ),
        ({"baseline": None}, 3, "it was trained without --baseline, so nothing shows that it beats the obvious"),
        ({"beats_baseline": False, "baseline_gain": "+0.01"}, None, "it does not surely beat the ranking by x: gain +0.01"),
        ({"beats_champion": False, "champion_gain": "-0.02"}, 3, "it does not surely beat the champion, version 3: gain -0.02"),
        ({}, 4, "it was not compared with the present champion, version 4: train it again with --split"),
        ({"champion": None}, 3, "it was not compared with the present champion, version 3: train it again with --split"),
    ],
)
def test_a_challenger_must_surely_beat_baseline_and_champion(
    differs: dict[str, object], champion: int | None, objection: str | None
) -> None:
    assert objection_to(Version(5, ("challenger",), "", "", EARNED | differs), champion) == objection
