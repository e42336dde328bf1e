"""Windows: the key of the window that a line lies in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable

from tests.reference.bills import Line


def window_key(name: str, line: Line) -> Hashable | None:
    """The line's window of that kind; None if it lies in none (no prescription number, no person)."""
    on = line.date
    if name == "rx":
        return (line.mdtrt_id, line.get("rx_drord_no")) if line.get("rx_drord_no") else None
    if name == "day":
        return (line.mdtrt_id, on)
    if name in ("visit", "stay"):
        return line.mdtrt_id
    if line.person is None:
        return None
    periods = {
        "person_day": on,
        "week": on.isocalendar()[:2],
        "month": (on.year, on.month),
        "quarter": (on.year, (on.month - 1) // 3),
        "year": on.year,
    }
    return (line.person, periods[name])


def grouped(name: str, lines: Iterable[Line]) -> dict[Hashable, list[Line]]:
    """The lines of each window, in order."""
    windows: dict[Hashable, list[Line]] = defaultdict(list)
    for line in lines:
        key = window_key(name, line)
        if key is not None:
            windows[key].append(line)
    return {key: sorted(group, key=lambda x: x.order) for key, group in windows.items()}


def same_window(name: str, line: Line, lines: Iterable[Line]) -> list[Line]:
    """The lines that lie in the line's window, itself included."""
    key = window_key(name, line)
    return [other for other in lines if key is not None and window_key(name, other) == key]
