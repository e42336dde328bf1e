"""Values that the parameters of each type are drawn from; an empty one is left out."""

from __future__ import annotations

from tests.generated.pools import DIAG_SETS, OPERATION_SETS
from tests.generated.suspicions import SUSPICIONS

CODE = ["C1", "C1", "C2", "C1*"]
CODE_LIST = ["C1", "C1;C2", "C*", "C2;C3", "C1*"]
UNITS = ["year", "year", "month", "day"]
AGES = ["", "6", "13", "14", "17", "28", "60", "156"]
LIMITS = ["0", "1", "2", "3.5", "10"]
DOSES = ["1", "2", "7", "14", "100", "500"]
MONEY = ["0.01", "10", "33.33", "50", "100"]

VIOLATIONS: dict[str, dict[str, list[str]]] = {
    "V01": {
        "med_list_codg": CODE,
        "diag_set": DIAG_SETS,
        "alt_item_codes": ["", "", "C3", "C2*"],
        "accept_filing": ["", "", "opsp", "special_drug;transfer"],
    },
    "V02": {"med_list_codg": CODE, "allowed_gend": ["1", "2"]},
    "V03": {"med_list_codg": CODE, "age_unit": UNITS, "age_min": AGES, "age_max": AGES},
    "V04": {"med_list_codg": CODE, "age_unit": UNITS, "age_min": AGES, "age_max": AGES},
    "V05": {"med_list_codg": CODE, "min_rank": ["", "1", "2", "3"], "max_rank": ["", "0", "1", "2"]},
    "V06": {
        "med_list_codg": CODE,
        "limited_to": ["injury", "maternity"],
        "allowed_insutype": ["", "510", "310"],
        "diag_set": ["", *DIAG_SETS],
    },
    "V07": {
        "med_list_codg": CODE,
        "allowed_class": ["", "IPT;DAYSURG", "OTP;EMERG", "PHARM"],
        "internet": ["", "any", "deny"],
        "skip_first_days": ["", "0", "1", "2"],
        "skip_last_days": ["", "0", "1"],
    },
    "V08": {
        "med_list_codg": ["C1", "C2"],
        "first_line_codes": ["C3", "C2;C3", "C1X"],
        "lookback_days": ["0", "1", "7", "10", "90"],
        "repeat_free_days": ["", "", "1", "3", "30"],
    },
    "V09": {
        "med_list_codg": CODE,
        "max_days": ["0", "1", "2", "10"],
        "period": ["visit", "year", "course"],
        "restart_gap": ["1", "2", "10"],
        "day_basis": ["date", "prd_days"],
    },
    "V10": {"variant": ["code", "level", "disease"], "med_list_codg": CODE, "diag_set": DIAG_SETS},
    "V11": {
        "variant": ["list"],
        "opsp_dise_code": ["M01"],
        "med_list_codg": ["C1"],
        "need_filing": ["", "0", "1", "1"],
    },
    "V12": {
        "opsp_dise_code": ["", "", "M01", "M02;M03"],
        "item_codes": ["", *CODE_LIST],
        "list_type": ["", "", "101;102", "103;201"],
        "period": ["rx", "visit", "person_day", "month", "quarter", "year"],
        "measure": ["amt", "inscp"],
        "limit_amt": ["0", *MONEY],
    },
    "V13": {
        "variant": ["cap", "second_operation"],
        "med_list_codg": CODE,
        "price_cap": ["25", "10", "9.995", "7.77", "100"],
        "second_pct": ["0.5", "0.333333", "1"],
        "group_codes": CODE_LIST,
    },
    "V14": {
        "group_a": ["C1", "C3", "C1;C3"],
        "group_b": ["C2", "C2;C1X"],
        "window": ["rx", "day", "visit"],
        "cnt_rule": ["", "min", "all"],
    },
    "V15": {
        "bundle_code": ["C3", "C4"],
        "bundle_price": ["0", "10", "15", "33.33"],
        "component_codes": ["C1;C2", "C1;C2;C1X"],
        "min_components": ["2", "2", "3"],
        "window": ["day", "visit"],
    },
    "V16": {
        "item_codes": CODE_LIST,
        "window": ["visit", "day", "person_day", "stay", "block", "week", "month", "quarter", "year"],
        "limit_otp": ["", *LIMITS],
        "limit_ipt": ["", *LIMITS],
        "block_days": ["1", "2", "7"],
        "day_rule": ["", "nights", "both"],
    },
    "V17": {
        "variant": ["dept", "caty", "title", "registration"],
        "med_list_codg": ["", *CODE],
        "allowed_dept": ["A03", "B;A04"],
        "max_duty_code": ["231", "232", "233"],
    },
    "V18": {
        "med_list_codg": CODE,
        "required_codes": ["", "C3", "C2;C3"],
        "required_oprn": ["", "", *OPERATION_SETS],
        "required_diag": ["", "", *DIAG_SETS],
        "window": ["day", "visit"],
    },
    "V19": {
        "med_list_codg": CODE,
        "label_set": DIAG_SETS,
        "uncertain_set": ["", "", "Z03;R00-R99", "I10"],
        "history_days": ["", "0", "1", "30"],
    },
    "V20": {
        "med_list_codg": CODE,
        "basis": ["charge", "charge", "order"],
        "max_daily_dose": DOSES[:4],
        "dose_unit": ["mg"],
        "unit_dose": DOSES,
        "tolerance": ["", "1", "1.5"],
        "age_min": ["", "", "", "14"],
        "age_max": ["", "", "", "60"],
    },
    "V21": {
        "variant": ["supply", "early", "kinds"],
        "med_list_codg": CODE,
        "max_days": ["0", "7", "10.5"],
        "advance_days": ["0", "1", "3.5"],
        "pack_units": ["", "14", "7"],
        "daily_units": ["", "2", "1", "3"],
        "list_type": ["101", "101;102;103"],
        "max_kinds": ["0", "1", "2"],
    },
    "V22": {
        "variant": ["days", "kinds", "item"],
        "med_list_codg": CODE,
        "max_days": ["0", "7"],
        "chronic_set": ["", "I10", "A01.02"],
        "chronic_max_days": ["7", "14", "21"],
        "pack_units": ["", "14", "7"],
        "daily_units": ["", "2", "1", "3"],
        "max_kinds": ["0", "1", "2"],
    },
    "V23": {
        "med_list_codg": ["C1", "C2", "C3"],
        "group_code": ["G1"],
        "ingredient": ["a", "b", "c"],
        "allowed_with": ["", "", "", "C3"],
        "min_overlap_days": ["0", "1", "1", "2"],
    },
    "V24": {
        "variant": ["diag", "age", "matn"],
        "med_list_codg": CODE,
        "contra_set": DIAG_SETS,
        "age_unit": UNITS,
        "age_min": AGES,
        "age_max": AGES,
        "matn_stas": ["3;4", "2", "2;3;4"],
    },
    "V25": {
        "code_a": ["C1", "C2"],
        "code_b": ["C1", "C2", "C3"],
        "window": ["rx", "day"],
        "amount_mode": ["line", "none"],
    },
    "V26": {
        "variant": ["never", "single", "daily", "total"],
        "med_list_codg": ["C1", "C2"],
        "unit_grams": ["1", "3", "0.5"],
        "max_grams": ["0", "1", "10", "2.5"],
    },
    "V27": {
        "variant": ["no_order", "over_exec", "after_stop"],
        "item_codes": CODE_LIST,
        "cnt_per_exec": ["1", "0.5", "2"],
        "tolerance_cnt": ["", "0", "1"],
        "grace_hours": ["", "0", "0.5", "24"],
    },
    "V28": {
        "variant": ["report", "record", "consent"],
        "item_codes": CODE_LIST,
        "rec_type": ["course", "nursing;operation", "treatment;course"],
        "max_delay_days": ["0", "1", "3", "25"],
        "chrgitm_lv": ["2", "3", "2;3"],
        "min_amt": ["", "10", "33.33"],
    },
    "V29": {
        "variant": [
            "outside_stay",
            "while_inpatient",
            "after_death",
            "diag_sex",
            "diag_age",
            "oprn_sex",
            "oprn_diag",
            "trace_code",
        ],
        "code_set": [*DIAG_SETS, *OPERATION_SETS],
        "allowed_gend": ["1", "2"],
        "age_unit": UNITS,
        "age_min": AGES,
        "age_max": AGES,
        "required_diag": DIAG_SETS,
        "grace_hours": ["", "0", "24", "0.5"],
        "exempt_codes": ["", "", "C2", "C1*"],
    },
}
PARAMETERS: dict[str, dict[str, list[str]]] = VIOLATIONS | SUSPICIONS
