"""All suites: of what lands, and of what is published."""

from __future__ import annotations

from expectations import (
    batch_file,
    bill_line,
    case_list,
    catalog_d,
    consent_d,
    diag_d,
    doctor_month,
    drord_d,
    fee_list_d,
    filing_d,
    finding,
    fixmedins_d,
    fund_d,
    institution_month,
    inventory_d,
    mdtrt_d,
    medins_map_d,
    onsite_d,
    oprn_d,
    person_month,
    prac_psn_d,
    psn_d,
    record_d,
    report_d,
    setl_d,
    visit_month,
)
from expectations.check import Suite

SOURCE_SUITES: dict[str, Suite] = {
    module.SUITE.table: module.SUITE
    for module in (
        batch_file,
        setl_d,
        mdtrt_d,
        fee_list_d,
        diag_d,
        oprn_d,
        psn_d,
        fixmedins_d,
        prac_psn_d,
        drord_d,
        report_d,
        record_d,
        consent_d,
        onsite_d,
        filing_d,
        inventory_d,
        medins_map_d,
        catalog_d,
        fund_d,
    )
}
PRODUCT_SUITES: dict[str, Suite] = {
    module.SUITE.table: module.SUITE
    for module in (bill_line, finding, case_list, person_month, doctor_month, institution_month, visit_month)
}
SUITES: dict[str, Suite] = SOURCE_SUITES | PRODUCT_SUITES

# How the settings name a check, and those whose faulty rows can be set aside.
CHECK_NAMES = frozenset(f"{suite.table}.{check.id}" for suite in SUITES.values() for check in suite.checks)
ROW_CHECK_NAMES = frozenset(
    f"{suite.table}.{check.id}"
    for suite in SOURCE_SUITES.values()
    for judged in suite.passes
    if judged.is_of_landed_rows
    for check in judged.checks
)
