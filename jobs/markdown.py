"""Pieces of generated Markdown pages."""

from __future__ import annotations

from collections.abc import Sequence

MADE = "<!-- Made by `python -m jobs.docs`; edit the declaration instead. -->"


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table."""
    cells = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def listed(names: tuple[str, ...]) -> str:
    """Names as code, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)
