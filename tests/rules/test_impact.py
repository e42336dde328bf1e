"""Which findings another rule base gains, loses and changes, and what they come to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa

from rules.impact import impact
from tests.ingest.landing import cells

SCHEMA = pa.schema(
    [
        *[(name, pa.string()) for name in ("jr_id", "rule_type_id", "rule_id", "mdtrt_id", "setl_id")],
        ("sev_deg", pa.int32()),
        *[(name, pa.string()) for name in ("control_mode", "finding_stas")],
        *[(name, pa.decimal128(18, 2)) for name in ("vola_amt", "fund_amt")],
    ]
)


def findings(text: str) -> pa.Table:
    """Findings of a table; what it does not name is of V02, settlement s1, severity 1 and active. Half is the fund's."""
    plain: dict[str, Any] = {"rule_type_id": "V02", "setl_id": "s1", "control_mode": "SETTLE", "finding_stas": "active"}
    rows = []
    for row in cells(text):
        amount = Decimal(row["vola_amt"])
        named = {name: value or None for name, value in row.items()}
        rows.append(plain | named | {"sev_deg": int(row.get("sev_deg", 1)), "vola_amt": amount, "fund_amt": amount / 2})
    return pa.Table.from_pylist(rows, SCHEMA)


OLD = """
    jr_id | rule_id | mdtrt_id | vola_amt | finding_stas
    a     | R1      | m1       | 10.00    | active
    b     | R1      | m2       | 20.00    | active
    c     | R2      | m1       | 30.00    | active
    d     | R3      | m1       | 40.00    | active
    e     | R3      | m1       | 50.00    | active
    f     | R4      |          | 60.00    | active
    g     | R5      | m1       | 70.00    | shadow
    """
NEW = """
    jr_id | rule_id | mdtrt_id | vola_amt | finding_stas
    a     | R1      | m1       | 10.00    | active
    b2    | R1      | m2       | 25.00    | active
    d2    | R3      | m1       | 40.00    | active
    f2    | R4      |          | 65.00    | active
    g     | R5      | m1       | 70.00    | active
    h     | R6      | m3       | 80.00    | active
    """


def test_findings_are_matched_by_id_then_by_rule_visit_and_settlement() -> None:
    result = impact(findings(OLD), findings(NEW))

    counted = ("old_count", "new_count", "gained", "lost", "changed", "vola_change", "fund_change")
    yuan = Decimal
    assert {row["rule_id"]: tuple(row[name] for name in counted) for row in result.by_rule.to_pylist()} == {
        # The same finding, and one whose lines differ.
        "R1": (2, 2, 0, 0, 1, yuan("5.00"), yuan("2.50")),
        "R2": (1, 0, 0, 1, 0, yuan("-30.00"), yuan("-15.00")),
        # Two old findings of the visit: which of them the new one is cannot be told.
        "R3": (2, 1, 1, 2, 0, yuan("-50.00"), yuan("-25.00")),
        # A subject's finding has its id alone.
        "R4": (1, 1, 1, 1, 0, yuan("5.00"), yuan("2.50")),
        # In shadow before, listed now.
        "R5": (1, 1, 0, 0, 1, yuan("0.00"), yuan("0.00")),
        "R6": (0, 1, 1, 0, 0, yuan("80.00"), yuan("40.00")),
    }
    [total] = result.by_type.to_pylist()
    assert (total["gained_vola"], total["lost_vola"], total["vola_change"]) == (yuan("185.00"), yuan("180.00"), yuan("10.00"))
