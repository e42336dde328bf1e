"""Rule types as one would write them by hand for DuckDB, to hold the engine against.

Each reads the lake's tables and the compiled rules of its type alone (``rule``, ``target``, ``valid``), in DuckDB's own file
format and with DuckDB's own plans, and gives rule_key, mdtrt_id, feedetl_sn, cnt (ten-thousandths) and amt (分) of every line
(of a whole visit: ``*``) at fault. They carry no evidence, and judge all months that there are.
"""

from __future__ import annotations

from benchmarks.plain import diagnoses, lines, main_diagnoses, pairs, records, stays, supplies, windows

PROGRAMS: dict[str, str] = dict(
    sorted(
        (name, text)
        for module in (lines, diagnoses, pairs, windows, supplies, records, stays, main_diagnoses)
        for name, text in module.PROGRAMS.items()
    )
)
