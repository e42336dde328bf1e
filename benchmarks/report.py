"""The table of figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Cost


@dataclass(frozen=True)
class Row:
    """One audit."""

    name: str
    lines: int
    rules: int
    cost: Cost
    candidates: int
    findings: int

    @property
    def per_million(self) -> float:
        """Seconds for each million candidates."""
        return self.cost.seconds * 1e6 / max(self.candidates, 1)

    def text(self) -> str:
        """The row of the table."""
        return (
            f"| {self.name} | {self.lines:,} | {self.rules:,} | {self.cost.seconds:.1f} | {self.candidates / 1e6:.1f} | "
            f"{self.per_million:.2f} | {self.findings:,} | {self.cost.python_gb:.1f} + {self.cost.jvm_gb:.1f} |"
        )


def write_report(file: Path, machine: str, scans: tuple[Cost, Cost], four: tuple[Cost, Cost, int], rows: list[Row]) -> None:
    """Writes the table and the goals beside what was reached; prints them too."""
    by_name = {row.name: row for row in rows}
    full, half = by_name["17 types"], by_name["17 types, half the lines"]
    narrow, whole = scans
    ours, plain, faults = four
    goals = [
        ("17 types against a scan of all columns and sum", 30.0, full.cost.seconds / whole.seconds),
        ("17 types against a scan of four columns and sum", 30.0, full.cost.seconds / narrow.seconds),
        ("four types against plain SQL", 1.5, ours.seconds / plain.seconds),
        ("ten times the rules", 1.3, by_name["17 types, ten times the rules"].cost.seconds / full.cost.seconds),
        ("twice the lines", 2.1, full.cost.seconds / half.cost.seconds),
    ]
    peak = max(row.cost.driver_gb for row in rows)
    text = [
        "# Benchmarks", "", f"Written by `make bench` on {machine}. One run: compare within it.", "",
        f"Scan and sum of {full.lines:,} lines by Spark: {whole.seconds:.2f} s over all columns, {narrow.seconds:.2f} s over "
        f"four. V01, V02, V14 and V16: engine {ours.seconds:.1f} s, plain DuckDB SQL {plain.seconds:.1f} s, the same "
        f"{faults:,} lines at fault and amounts.", "",
        "| audit | lines | rules | seconds | million candidates | seconds a million | findings | peak GB (Python + JVM) |",
        "|---|---:|---:|---:|---:|---:|---:|---:|", *(row.text() for row in rows), "",
        "| goal | at most | reached |", "|---|---:|---:|",
        *(f"| {name} | {limit:g} × | {got:.2f} × |" for name, limit, got in goals),
        f"| memory of the driver | 6 GB | {peak:.1f} GB |", "",
    ]  # fmt: skip
    file.write_text("\n".join(text))
    print("\n".join(text))
