"""Practitioners: known institutions, permissions in order."""

from __future__ import annotations

from expectations.check import Check, Pass, Suite
from expectations.columns import declared
from expectations.faults import not_one_of, reversed_days, unknown_in
from lake.tables import PRAC_PSN_D

CHECKS = (
    Check(
        id="unknown_institution",
        name="执业机构未登记",
        reason="医师与机构对不上，同科同级比较失真",
        fault=unknown_in("fixmedins_d", "institution", "fixmedins_code", "fixmedins_code"),
        share="codes",
    ),
    Check("hi_dr_flag", "医保医师标志超出值域", "地区代码未映射", not_one_of("hi_dr_flag", (0, 1)), share="domains"),
    Check("period", "资格止日早于起日", "起止日错列", reversed_days("begndate", "enddate"), share="times"),
    # Without a share: a doctor may be insured elsewhere.
    Check(
        id="unknown_person",
        name="医师本人未参保登记",
        reason="本人参保编号在人员表中找不到时，看不到其本人住院",
        fault=unknown_in("psn_d", "person", "psn_no", "psn_no"),
    ),
)

ROWS = """
    new_prac_psn_d AS this
    LEFT JOIN fixmedins_d AS institution ON institution.fixmedins_code = this.fixmedins_code
    LEFT JOIN psn_d AS person ON person.psn_no = this.psn_no
"""

SUITE = Suite(PRAC_PSN_D.name, "医师", (Pass("医师", ROWS, (*declared(PRAC_PSN_D), *CHECKS)),))
