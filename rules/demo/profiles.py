"""Which profile makes the generated rows of a rule type."""

from __future__ import annotations

from collections.abc import Callable

from rules.demo.common import Columns
from rules.demo.draw import Draw
from rules.demo.profile import diagnosis, line, others, pair, record, stay, supply, window

PROFILES: dict[str, Callable[[Draw], Columns]] = {
    "V01": diagnosis.limited_indication,
    "V02": line.sex_restriction,
    "V03": line.drug_age,
    "V04": line.item_age,
    "V05": line.institution_level,
    "V06": line.other_insurance,
    "V07": line.care_setting,
    "V08": pair.step_therapy,
    "V09": window.payable_course,
    "V10": line.out_of_scope,
    "V11": line.opsp_list,
    "V12": window.payment_limit,
    "V13": line.price_standard,
    "V14": pair.duplicate_charge,
    "V15": pair.unbundled_charge,
    "V16": window.frequency_limit,
    "V17": line.qualification,
    "V18": pair.companion_missing,
    "V19": diagnosis.without_indication,
    "V20": supply.overdose,
    "V21": supply.over_supply,
    "V22": supply.discharge_drugs,
    "V23": pair.same_effect,
    "V24": diagnosis.contraindication,
    "V25": pair.interaction,
    "V26": window.tcm_slices,
    "V27": record.order_mismatch,
    "V28": record.missing_record,
    "V29": stay.hard_conflict,
    "S01": stay.split_admission,
    "S02": stay.absent_inpatient,
    "S03": stay.unnecessary_admission,
    "S04": others.impersonation,
    "S05": stay.accident,
    "S06": diagnosis.unnecessary_examination,
    "S07": diagnosis.unnecessary_treatment,
    "S08": others.high_frequency,
    "S09": others.substitution,
    "S10": others.cost_structure,
    "S11": others.collusion,
}
