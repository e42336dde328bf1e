"""The table of figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.against import Comparison, total
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


def write_report(file: Path, machine: str, scans: tuple[Cost, Cost], compared: Comparison, rows: list[Row]) -> None:
    """Writes the tables and the goals beside what was reached; prints them too."""
    by_name = {row.name: row.cost.seconds for row in rows}
    full, every = by_name["17 types"], by_name["all types"]
    narrow, whole = scans
    _, by_hand = total(one.plain for one in compared.types)
    goals = [
        ("17 types against a scan of all columns and sum", 30.0, full / whole.seconds),
        ("17 types against a scan of four columns and sum", 30.0, full / narrow.seconds),
        ("all types against a scan of all columns and sum", 40.0, every / whole.seconds),
        ("compared types in one audit against plain SQL (CPU)", 1.0, compared.together.cpu / by_hand),
        ("ten times the rules", 1.3, by_name["17 types, ten times the rules"] / full),
        ("twice the lines", 2.1, full / by_name["17 types, half the lines"]),
        ("four times the lines, all types", 4.2, every / by_name["all types, a quarter of the lines"]),
        (
            "skewed lines, all types but S08",
            1.5,
            by_name["all but S08, a quarter of the lines, skewed"] / by_name["all but S08, a quarter of the lines"],
        ),
    ]
    peak = max(row.cost.driver_gb for row in rows)
    text = [
        "# Benchmarks", "", f"Written by `make bench` on {machine}. One run: compare within it.", "",
        f"Scan and sum of {rows[0].lines:,} lines by Spark: {whole.seconds:.2f} s over all columns, {narrow.seconds:.2f} s over "
        "four.", "",
        "| audit | lines | rules | seconds | million candidates | seconds a million | findings | peak GB (Python + JVM) |",
        "|---|---:|---:|---:|---:|---:|---:|---:|", *(row.text() for row in rows), "",
        "Skewed: one institution has a hundred times the lines of any other, one person has 100,000. S08 finds each of that "
        "person's visits beyond a rule's limit, by each of its rules; the goal is about the others.", "",
        "| goal | at most | reached |", "|---|---:|---:|",
        *(f"| {name} | {limit:g} × | {got:.2f} × |" for name, limit, got in goals),
        f"| memory of the driver | 6 GB | {peak:.1f} GB |", "", *_compared(compared), "",
    ]  # fmt: skip
    file.write_text("\n".join(text))
    print("\n".join(text))


def _compared(compared: Comparison) -> list[str]:
    """The types that are compared with plain SQL; one without rows at fault proves little."""
    ours, ours_cpu = total(one.ours for one in compared.types)
    plain, plain_cpu = total(one.plain for one in compared.types)
    return [
        "## Against plain SQL", "",
        f"{len(compared.types)} types, each alone and with equal rows and amounts at fault, by the engine over the lake's files "
        "and by hand-written SQL over a DuckDB database of the same lines with DuckDB's own plans. Bringing the lake into that "
        f"database took {compared.loading.seconds:.1f} s ({compared.loading.cpu:.1f} s of CPU), which is not counted. "
        f"All of these types in one audit of the engine: {compared.together.seconds:.1f} s "
        f"({compared.together.cpu:.1f} s of CPU).", "",
        "| type | engine, CPU s | plain, CPU s | engine ÷ plain | rows at fault |", "|---|---:|---:|---:|---:|",
        *(
            f"| {one.rule_type_id} | {one.ours.cpu:.2f} | {one.plain.cpu:.2f} | {one.ours.cpu / one.plain.cpu:.2f} | "
            f"{one.faults:,} |"
            for one in compared.types
        ),
        f"| each alone, added up | {ours_cpu:.2f} | {plain_cpu:.2f} | {ours_cpu / plain_cpu:.2f} | |",
        f"| the same, seconds | {ours:.2f} | {plain:.2f} | {ours / plain:.2f} | |",
    ]  # fmt: skip
