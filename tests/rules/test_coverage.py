"""Coverage says what was judged; what could not be judged is never reported as clean."""

import datetime as dt

import pyarrow as pa

from rules.catalogue import RULE_TYPES
from rules.coverage import coverage_rows

RULES = pa.table({"rule_type_id": ["V02", "V27", "V28"]})
PRESENT = {"fee_list_d", "setl_d", "mdtrt_d", "report_d"}


def evaluable(*rows: tuple[str, dt.date, dt.date]) -> pa.Table:
    return pa.table(
        {
            "rule_type_id": pa.array([row[0] for row in rows], pa.string()),
            "beg": pa.array([row[1] for row in rows], pa.date32()),
            "end": pa.array([row[2] for row in rows], pa.date32()),
        }
    )


ALWAYS = (dt.date(1900, 1, 1), dt.date(9999, 12, 31))


def states(*rows: tuple[str, dt.date, dt.date], held: frozenset[str] = frozenset()) -> dict[str, tuple[str, str | None]]:
    covered = coverage_rows(RULES, evaluable(*rows), PRESENT, ["2025-03"], "r1", held)
    assert len(covered) == len(RULE_TYPES) == 40
    return {row["rule_type_id"]: (row["state"], row["reason"]) for row in covered.to_pylist()}


def test_a_type_with_a_rule_in_force_is_evaluated() -> None:
    assert states(("V02", *ALWAYS))["V02"] == ("evaluated", None)


def test_a_type_without_rows_is_not_evaluable() -> None:
    assert states()["V03"] == ("not_evaluable", "no rules")


def test_a_type_whose_table_never_came_is_not_evaluable() -> None:
    assert states()["V27"] == ("not_evaluable", "absent: drord_d")


def test_a_rule_that_begins_on_the_last_day_of_the_month_is_in_force_in_it() -> None:
    assert states(("V02", dt.date(2025, 3, 31), ALWAYS[1]))["V02"][0] == "evaluated"
    assert states(("V02", dt.date(2025, 4, 1), ALWAYS[1]))["V02"][0] == "not_evaluable"


def test_a_skipped_variant_is_named() -> None:
    assert states(("V28", *ALWAYS))["V28"] == ("evaluated", "skipped: record needs record_d; consent needs consent_d")


def test_a_held_type_says_so() -> None:
    held = frozenset({"V02", "V29"})
    covered = states(("V02", *ALWAYS), held=held)
    assert covered["V02"] == ("held_back", "more candidates, flagged lines or seconds than guard allows")
    # No rules of this type were loaded, so none was held back either.
    assert covered["V29"] == ("not_evaluable", "no rules")


def test_the_task_names_month_and_rule_base() -> None:
    covered = coverage_rows(RULES, evaluable(), PRESENT, ["2025-03"], "r1", frozenset())
    assert set(covered["task_id"].to_pylist()) == {"2025-03@r1"}
