"""The figures of a run, by way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.corruption.trials import FILE, GATE, ROWS_ASIDE, Outcome
from synth.corruption.ways import WAYS


def report(outcomes: Sequence[Outcome], machine: str) -> str:
    """A page: in all, then by way, with who caught it; beside it the plain suite."""
    bad = [outcome for outcome in outcomes if outcome.trial.way]
    clean = [outcome for outcome in outcomes if not outcome.trial.way]
    lines = [
        "# Batches gone wrong before the gate", "", f"Written by `python -m benchmarks.corruption` on {machine}.", "",
        "A batch is caught if a file of it cannot be decoded, the gate refuses it by its default settings, or half of a table's",
        "rows are set aside. Beside it plain Great Expectations: types, filled columns, sets, ranges, keys, file by file.", "",
        "| | batches | file | gate | rejects | caught | plain suite |", "|---|---:|---:|---:|---:|---:|---:|",
        _row("gone wrong", bad), _row("clean", clean),
        *(_row(f"· {way}", [outcome for outcome in bad if outcome.trial.way == way]) for way in WAYS), "",
    ]  # fmt: skip
    missed = [f"`{outcome.trial.mark}` {outcome.trial.way}" for outcome in bad if not outcome.by]
    refused = [f"`{outcome.trial.mark}` {', '.join(outcome.checks)}" for outcome in clean if outcome.by]
    lines += [f"Not caught: {'; '.join(missed) or 'none'}. Clean and refused: {'; '.join(refused) or 'none'}.", ""]
    return "\n".join(lines)


def _row(name: str, of: Sequence[Outcome]) -> str:
    by = Counter(outcome.by for outcome in of)
    caught, plain = sum(bool(outcome.by) for outcome in of), sum(bool(outcome.plain) for outcome in of)
    return f"| {name} | {len(of)} | {by[FILE]} | {by[GATE]} | {by[ROWS_ASIDE]} | {caught} | {plain} |"
