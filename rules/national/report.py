"""The import report: per class points, rows made, points left and why, as Markdown and as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rules.national.library import NationalImport


def report_markdown(imported: NationalImport) -> str:
    """A table of all classes and, below it, the reasons with their numbers."""
    lines = [
        "# Published national points: what became rules",
        "",
        "| class | rule type | points | superseded | with rows | without rows | rows |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for one in imported.classes:
        without = one.points - one.superseded - one.with_rows
        lines.append(
            f"| {one.rule_class} | {one.rule_type_id} | {one.points} | {one.superseded} "
            f"| {one.with_rows} | {without} | {one.rows} |"
        )
    points, rows = sum(one.points for one in imported.classes), sum(one.rows for one in imported.classes)
    superseded, made = (sum(getattr(one, name) for one in imported.classes) for name in ("superseded", "with_rows"))
    lines += [f"| all | | {points} | {superseded} | {made} | {points - superseded - made} | {rows} |", ""]
    lines += ["## What the texts leave open", ""]
    for one in imported.classes:
        lines += [f"- {one.rule_class}: {reason}: {count}" for reason, count in one.reasons.items()]
    return "\n".join(lines) + "\n"


def left_csv(imported: NationalImport) -> str:
    """One line for each point that is left as a whole or in part."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("kp_id", "rule_class", "item", "reason", "made_rows"))
    writer.writerows((*left[:4], int(left.made_rows)) for left in imported.left)
    return text.getvalue()


def write_report(imported: NationalImport, folder: Path) -> None:
    """Writes national_points.md and national_points_left.csv into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "national_points.md").write_text(report_markdown(imported), encoding="utf-8")
    (folder / "national_points_left.csv").write_text(left_csv(imported), encoding="utf-8")
