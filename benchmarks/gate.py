"""`python -m benchmarks.gate`: what the gate of a batch costs beside its audit and plain Great Expectations. LINES=1000000.

One synthetic month is landed, loaded, gated and audited under the full demo base; then a plain suite, one expectation for each
check as the library's handbook has it, runs over the same fee lines on Spark.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.__main__ import OUT, machine, settings_of
from benchmarks.measure import Cost, measured
from benchmarks.rulebase import full_base
from expectations.great import GreatExpectations
from expectations.verdict import Asked
from jobs.audit import RuleBase, audit
from jobs.bills import build_bills
from jobs.case_list import rank_cases
from jobs.gate import Gate
from jobs.ingest import ingest
from jobs.night import plan
from jobs.settings import Settings
from jobs.spark import open_lake
from lake.store import Lake
from lake.tables import BILL_LINE, FEE_LIST_D
from synth.county import generate
from synth.profile import CountyProfile

LINES = int(os.environ.get("LINES", "1000000"))
LINES_OF_PERSON = 5  # in a month
MONTH, DAY = "2024-01", date(2024, 2, 1)
SHARE = 0.25  # of the audit, at most

log = logging.getLogger("benchmarks")


def landed(settings: Settings, rules: Path) -> Path:
    """The landing folder with one month of about LINES lines, written unless it is there."""
    persons = max(LINES // LINES_OF_PERSON, 100)
    landing = OUT / f"month-of-{persons}"
    if not landing.is_dir():
        profile = CountyProfile(persons, 1, 7, MONTH, 0.03)
        generate(open_lake(OUT, settings).spark, landing, rules, profile)
    return landing


def night(lake: Lake, settings: Settings, base: RuleBase) -> dict[str, Cost]:
    """Gate, bills, audit and gate again over what was loaded; seconds by step."""
    costs = {}
    gate = Gate(lake, settings, DAY)
    with measured() as costs["gate: sources"]:
        gate.check_sources(None)
    with measured() as costs["bills"]:
        build_bills(lake, settings)
    months, history_from = plan(lake, settings, [MONTH], DAY, base.rulebook_ver, True)
    with measured() as costs["audit"]:
        audit(lake, settings, base, months, history_from, lake.rows(BILL_LINE))
    with measured() as costs["cases"]:
        rank_cases(lake, settings, [MONTH])
    with measured() as costs["gate: products"]:
        gate.check_products()
    return costs


def plain(lake: Lake) -> Cost:
    """The fee lines' own checks, references left out, as plain expectations over all rows."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    batch = context.data_sources.add_spark("plain").add_dataframe_asset("lines").add_batch_definition_whole_dataframe("whole")
    suite = context.suites.add(gx.ExpectationSuite(name="lines", expectations=list(_expectations())))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name="lines", data=batch, suite=suite))
    parts = "fulamt_ownpay_amt + overlmt_amt + preselfpay_amt + inscp_scp_amt"
    rows = lake.read(FEE_LIST_D).selectExpr(
        "*",
        "abs(cnt * pric - det_item_fee_sumamt) AS product_gap",
        f"abs(det_item_fee_sumamt - ({parts})) AS part_gap",
        "abs(inscp_scp_amt) - abs(det_item_fee_sumamt) AS scope_gap",
    )
    with measured() as cost:
        definition.run(batch_parameters={"dataframe": rows}, result_format="BOOLEAN_ONLY")
    return cost


def _expectations() -> Iterable[Any]:
    from great_expectations import expectations as gxe

    yield from (
        gxe.ExpectColumnValuesToNotBeNull(column=column) for column in FEE_LIST_D.names if FEE_LIST_D.column(column).required
    )
    yield from (gxe.ExpectColumnValuesToBeBetween(column=f"{gap}_gap", max_value=0.05) for gap in ("product", "part", "scope"))
    yield gxe.ExpectColumnValuesToBeInSet(column="list_type", value_set=["101", "102", "103", "201", "301"])
    yield gxe.ExpectColumnValuesToBeInSet(column="chrgitm_lv", value_set=["01", "02", "03"])
    yield gxe.ExpectColumnValuesToBeInSet(column="vali_flag", value_set=[0, 1])
    yield gxe.ExpectCompoundColumnsToBeUnique(column_list=list(FEE_LIST_D.key))


def main() -> None:
    """Measures everything in one run and writes benchmarks/gate.md."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    OUT.mkdir(exist_ok=True)
    settings = settings_of("auto")
    base = full_base(OUT / "rules")
    landing = landed(settings, OUT / "rules")
    shutil.rmtree(OUT / "gate-lake", ignore_errors=True)
    lake = open_lake(OUT / "gate-lake", settings)
    with measured() as loading:
        ingest(lake, landing, settings.identity.mode, None)
    with measured() as start:
        # The import and the first frame of a JVM: paid once a night, whatever its size.
        GreatExpectations(lake.spark).validate({"start": Asked({"value": 0.0}, [{"value": 0.0}])})
    costs = {"load": loading, "gate: start-up": start} | night(lake, settings, base)
    costs["plain Great Expectations, fee lines only"] = plain(lake)
    write(lake.rows(FEE_LIST_D), costs)


def write(lines: int, costs: dict[str, Cost]) -> None:
    """The table of figures and the goal beside it."""
    gate = costs["gate: sources"].seconds + costs["gate: products"].seconds
    judging = costs["audit"].seconds
    whole = judging + costs["bills"].seconds + costs["cases"].seconds
    text = [
        "# The gate's cost", "", f"Written by `python -m benchmarks.gate` on {machine()}. One run: compare within it.", "",
        f"One synthetic month of {lines:,} fee lines under the full demo base.", "",
        "| step | seconds |", "|---|---:|", *(f"| {name} | {cost.seconds:.1f} |" for name, cost in costs.items()), "",
        f"The gate, start-up apart, takes {gate / judging:.0%} of the time in which the batch's lines are judged, and "
        f"{gate / whole:.0%} of its audit with bills and ranking. The goal is at most {SHARE:.0%}.", "",
    ]  # fmt: skip
    Path(__file__).with_name("gate.md").write_text("\n".join(text), encoding="utf-8")
    print("\n".join(text))


if __name__ == "__main__":
    main()
