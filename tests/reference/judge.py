"""judge: the whole contract from raw tables to findings, plainly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from tests.examples.contract import contract_types
from tests.reference.findings import Finding, drafts, finish
from tests.reference.job import Found, Job
from tests.reference.lake import Lake, Tables
from tests.reference.profile import Profile
from tests.reference.refuse import refuse_list
from tests.reference.rulebook import Rule, Rulebook
from tests.reference.types import conflict, diagnosis, graph, line, pair, person, profile, record, stay, supply, window
from tests.reference.values import as_day, last_day

TYPES: dict[str, Callable[[Job], Iterator[Found]]] = {
    "V01": diagnosis.limited_indication,
    "V02": line.sex_restriction,
    "V03": line.age_restriction,
    "V04": line.age_restriction,
    "V05": line.institution_level,
    "V06": line.other_insurance_only,
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
    "V17": line.department_qualification,
    "V18": pair.companion_missing,
    "V19": diagnosis.drug_without_indication,
    "V20": supply.overdose,
    "V21": supply.over_supply,
    "V22": supply.discharge_drugs,
    "V23": pair.same_effect_duplication,
    "V24": diagnosis.contraindication,
    "V25": pair.interaction,
    "V26": window.tcm_slices,
    "V27": record.charge_order_mismatch,
    "V28": record.missing_record,
    "V29": conflict.hard_conflict,
    "S01": stay.split_admission,
    "S02": stay.absent_inpatient,
    "S03": stay.unnecessary_admission,
    "S04": person.impersonation,
    "S05": stay.accident_third_party,
    "S06": diagnosis.unnecessary_examination,
    "S07": diagnosis.unnecessary_treatment,
    "S08": person.high_frequency_use,
    "S09": profile.substitution_stock,
    "S10": profile.cost_structure_deviation,
    "S11": graph.collusion_offsite,
}


@dataclass
class Result:
    """The tables of a run, as rows with the contract's columns (vola_evid and vola_cont are not made here)."""

    findings: list[Finding] = field(default_factory=list)
    detl: list[Finding] = field(default_factory=list)
    refuse_list: list[Finding] = field(default_factory=list)
    coverage: list[Finding] = field(default_factory=list)


def judge(tables: Tables, rules: list[dict[str, str]], conf: dict[str, str], months: list[str]) -> Result:
    """All findings of the months under the rules.

    ``tables``: rows of text as landed, by table name; a table that is no key is absent from the lake.
    ``rules``: rows of the rule files with ``rule_type_id`` beside the file's columns.
    ``conf``: configuration of section 4, as text.
    """
    lake, book, result = Lake(tables, Profile(conf)), Rulebook(rules), Result()
    for month in months:
        judged: set[str] = set()
        for rule in book.rules:
            job = _job(rule, book, lake, conf, month)
            if rule.stas != "retired" and not _missing(rule, lake):
                judged.add(rule.type_id)
                _judge_rule(job, result)
        result.coverage += [_coverage(type_id, month, type_id in judged) for type_id in TYPES]
    result.refuse_list = refuse_list(lake, result.findings, result.detl, conf)
    return result


def _job(rule: Rule, book: Rulebook, lake: Lake, conf: dict[str, str], month: str) -> Job:
    as_of: date | None = as_day(conf.get("as_of"))
    return Job(rule, book, lake, month, as_of or last_day(month), as_day(conf.get("history_from")) or lake.earliest)


def _judge_rule(job: Job, result: Result) -> None:
    for draft in drafts(job.rule, list(TYPES[job.rule.type_id](job))):
        finished = finish(draft, job.month)
        if finished:
            result.findings.append(finished[0])
            result.detl.extend(finished[1])


def _missing(rule: Rule, lake: Lake) -> set[str]:
    """Tables that the row needs and the lake lacks."""
    return (set(contract_types()[rule.type_id]["sources"]["need"]) | _needed_by_row(rule)) - lake.present


def _needed_by_row(rule: Rule) -> set[str]:
    """Optional tables without which this row cannot be judged at all."""
    by_variant = {
        ("V28", "report"): "report_d",
        ("V28", "record"): "record_d",
        ("V28", "consent"): "consent_d",
        ("S02", "onsite"): "onsite_d",
        ("S04", "id_mismatch"): "onsite_d",
        ("S04", "distant"): "fixmedins_d",
        ("S04", "organ"): "oprn_d",
        ("S05", "no_filing"): "filing_d",
        ("S05", "rejected_paid"): "filing_d",
        ("S06", "normal_rate"): "report_d",
        ("S07", "prophylaxis"): "oprn_d",
        ("S09", "balance"): "inventory_d",
        ("S09", "map"): "medins_map_d",
        ("V20", "order"): "drord_d",
        ("V24", "diag"): "diag_d",
        ("V17", "caty"): "prac_psn_d",
        ("V17", "title"): "prac_psn_d",
        ("V17", "registration"): "prac_psn_d",
        ("V10", "disease"): "diag_d",
    }
    table = by_variant.get((rule.type_id, str(rule.params.get("variant") or rule.params.get("basis"))))
    return {table} if table else set()


def _coverage(type_id: str, month: str, is_judged: bool) -> Finding:
    state = "evaluated" if is_judged else "not_evaluable"
    return {"rule_type_id": type_id, "month": month, "state": state}
