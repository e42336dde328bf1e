"""All rule types in catalogue order (V01 … V29, S01 … S11): the order in which a line hit twice is refused."""

from rules.rule_type import RuleType
from rules.types.diagnosis import (
    contraindication,
    drug_without_indication,
    limited_indication,
    unnecessary_examination,
    unnecessary_treatment,
)
from rules.types.graph import collusion_offsite
from rules.types.line import (
    care_setting,
    department_qualification,
    drug_age_restriction,
    institution_level,
    item_age_restriction,
    opsp_list,
    other_insurance_only,
    out_of_scope,
    price_standard,
    sex_restriction,
)
from rules.types.pair import (
    companion_missing,
    duplicate_charge,
    interaction,
    same_effect_duplication,
    step_therapy,
    unbundled_charge,
)
from rules.types.person import high_frequency_use, impersonation
from rules.types.profile import cost_structure_deviation, substitution_stock
from rules.types.record import charge_order_mismatch, missing_record
from rules.types.stay import (
    absent_inpatient,
    accident_third_party,
    hard_conflict,
    split_admission,
    unnecessary_admission,
)
from rules.types.supply import discharge_drugs, over_supply, overdose
from rules.types.window import frequency_limit, payable_course, payment_limit, tcm_slices

RULE_TYPES: dict[str, RuleType] = {
    rule.id: rule
    for rule in (
        limited_indication.RULE,
        sex_restriction.RULE,
        drug_age_restriction.RULE,
        item_age_restriction.RULE,
        institution_level.RULE,
        other_insurance_only.RULE,
        care_setting.RULE,
        step_therapy.RULE,
        payable_course.RULE,
        out_of_scope.RULE,
        opsp_list.RULE,
        payment_limit.RULE,
        price_standard.RULE,
        duplicate_charge.RULE,
        unbundled_charge.RULE,
        frequency_limit.RULE,
        department_qualification.RULE,
        companion_missing.RULE,
        drug_without_indication.RULE,
        overdose.RULE,
        over_supply.RULE,
        discharge_drugs.RULE,
        same_effect_duplication.RULE,
        contraindication.RULE,
        interaction.RULE,
        tcm_slices.RULE,
        charge_order_mismatch.RULE,
        missing_record.RULE,
        hard_conflict.RULE,
        split_admission.RULE,
        absent_inpatient.RULE,
        unnecessary_admission.RULE,
        impersonation.RULE,
        accident_third_party.RULE,
        unnecessary_examination.RULE,
        unnecessary_treatment.RULE,
        high_frequency_use.RULE,
        substitution_stock.RULE,
        cost_structure_deviation.RULE,
        collusion_offsite.RULE,
    )
}
