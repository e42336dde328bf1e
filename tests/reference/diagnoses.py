"""Sets of diagnoses: prefixes, ranges, and 中医 codes that only match entries of their own kind."""

from __future__ import annotations

from dataclasses import dataclass


def is_tcm(code: str) -> bool:
    """A code with two or more dots is a 中医 code."""
    return code.count(".") >= 2


def match(entries: list[str], codes: list[str]) -> bool | None:
    """Whether one of a visit's codes is in the set; None if no diagnosis remains to be compared."""
    wanted = [entry.upper() for entry in entries]
    with_tcm = any(is_tcm(entry) for entry in wanted)
    remaining = [code for code in codes if with_tcm or not is_tcm(code)]
    if not remaining:
        return None
    return any(_fits(entry, code) for entry in wanted for code in remaining)


def _fits(entry: str, code: str) -> bool:
    if is_tcm(code) != is_tcm(entry):
        return False
    if "-" in entry:
        first, last = entry.split("-", 1)
        return first <= code[:3] <= last
    return code.startswith(entry)


@dataclass(frozen=True)
class Diagnosis:
    """A valid row of diag_d; the code trimmed and in upper case."""

    code: str
    is_main: bool
    inout: int
    srt_no: str


def main_of(diagnoses: list[Diagnosis]) -> str | None:
    """The main diagnosis: out before in, then the smallest number as text."""
    rank = {2: 0, 1: 1}
    mains = sorted((rank.get(d.inout, 2), d.srt_no, d.code) for d in diagnoses if d.is_main)
    return mains[0][2] if mains else None


def main_match(entries: list[str], diagnoses: list[Diagnosis]) -> bool | None:
    """Whether the main diagnosis is in the set; 中医 rows are as if absent for a set without such entries."""
    with_tcm = any(is_tcm(entry) for entry in entries)
    main = main_of([d for d in diagnoses if with_tcm or not is_tcm(d.code)])
    return None if main is None else match(entries, [main])
