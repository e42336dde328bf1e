"""The one sex that a text speaks of, by the words for its organs and states (words/sex_words.csv)."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "words" / "sex_words.csv"
GEND = {"male": "1", "female": "2"}
CLAUSE_ENDS = "，。；：,;:（）()！？"
# How many characters may stand between a negation and the word it negates, inside one clause.
REACH_BEFORE, REACH_AFTER = 2, 2


@dataclass(frozen=True)
class SexReading:
    """``gend`` 1 or 2, or empty with the reason why the text does not decide it."""

    gend: str
    reason: str


@cache
def word_list() -> dict[str, tuple[str, ...]]:
    """Words of each kind, longest first, so that the longer one is taken where both fit."""
    kinds: dict[str, list[str]] = {}
    with WORDS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            kinds.setdefault(row["kind"], []).append(row["word"])
    return {kind: tuple(sorted(words, key=len, reverse=True)) for kind, words in kinds.items()}


def sex_of(*texts: str) -> SexReading:
    """The sex of the first text that holds a word of either sex; negations and words of both sexes decide nothing."""
    for text in texts:
        reading = _sex_of_one(text)
        if reading is not None:
            return reading
    return SexReading("", "no word for an organ or state of one sex")


def _sex_of_one(text: str) -> SexReading | None:
    words = word_list()
    masked = re.sub("|".join(map(re.escape, words["mask"])), lambda found: "＊" * len(found.group()), text)
    sexes: dict[str, str] = {}
    for kind in GEND:
        for found in re.finditer("|".join(map(re.escape, words[kind])), masked):
            negation = _negation(masked, found.start(), found.end())
            if negation:
                return SexReading("", f"{found.group()} stands in a negation ({negation})")
            sexes.setdefault(kind, found.group())
    if len(sexes) == 2:
        return SexReading("", f"words of both sexes ({sexes['male']}, {sexes['female']})")
    return next((SexReading(GEND[kind], "") for kind in sexes), None)


def _negation(text: str, start: int, end: int) -> str:
    """The negation that governs text[start:end], or an empty string."""
    before = re.split(f"[{CLAUSE_ENDS}]", text[:start])[-1]
    after = re.split(f"[{CLAUSE_ENDS}]", text[end:])[0]
    for phrase in word_list()["negation_before"]:
        # A single character negates only what follows at once (非妊娠), a phrase reaches a little further.
        reach = REACH_BEFORE if len(phrase) > 1 else 0
        if phrase in before[-(len(phrase) + reach) :]:
            return phrase
    for phrase in word_list()["negation_after"]:
        if phrase in after[: len(phrase) + REACH_AFTER]:
            return phrase
    return ""
