"""From hits to findings: ids, the three amounts, evidence and the Chinese sentence (SQL, both engines).

Sources: contract, section 3 "Findings" and "Amounts"; rule_types.yaml, ``general.amounts`` and ``general.grains``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pyarrow as pa

from rules.engines.portable import as_count, as_yuan, count, money, mul_div, text_literal
from rules.rule_type import RuleType

# One row for each finding and line (or whole visit, or subject): a line at fault is never related too. The in-scope and the
# fund's part follow from the rounded amount, each rounded half up at the line, the fund's part at most the payment.
FINDING_ROW = """
WITH chosen AS (
    SELECT rule_key, subject, mdtrt_id, feedetl_sn, f_mdtrt_id, f_setl_id, month, item_type, vola_cnt, vola_amt,
        amt_kind, amount_stas, sev_deg, evid,
        row_number() OVER (
            PARTITION BY rule_key, subject, f_mdtrt_id, f_setl_id, month, mdtrt_id, feedetl_sn
            ORDER BY item_type, vola_amt DESC, evid
        ) AS place
    FROM hit
),
priced AS (
    SELECT chosen.rule_key, chosen.subject, chosen.mdtrt_id, chosen.feedetl_sn, chosen.f_mdtrt_id, chosen.f_setl_id,
        chosen.month, chosen.item_type, chosen.amount_stas, chosen.sev_deg, chosen.evid,
        CASE WHEN chosen.item_type = 1 THEN chosen.vola_cnt ELSE 0 END AS vola_cnt,
        CASE WHEN chosen.item_type = 1 THEN chosen.vola_amt ELSE 0 END AS vola_amt,
        CASE
            WHEN chosen.item_type <> 1 OR chosen.amt_kind IN ('person', 'none') THEN 0
            WHEN chosen.amt_kind = 'visit' THEN chosen.vola_amt
            ELSE {line_inscp}
        END AS vola_inscp_amt,
        chosen.amt_kind, line.fee_time, line.setl_id, line.psn_no, line.fixmedins_code, line.insu_admdvs,
        line.bilg_dept_codg, line.bilg_dr_codg, line.hi_paymtd, line.setl_fund, line.setl_inscp
    FROM chosen
    LEFT JOIN line ON line.mdtrt_id = chosen.mdtrt_id AND line.feedetl_sn = chosen.feedetl_sn
    WHERE chosen.place = 1
)
SELECT rule_key, subject, mdtrt_id, feedetl_sn, f_mdtrt_id, f_setl_id, month, item_type, amount_stas, sev_deg, evid,
    CAST(vola_cnt AS BIGINT) AS vola_cnt, CAST(vola_amt AS BIGINT) AS vola_amt,
    CAST(vola_inscp_amt AS BIGINT) AS vola_inscp_amt,
    CAST(CASE
        WHEN item_type <> 1 OR amt_kind IN ('person', 'none') THEN 0
        WHEN amt_kind = 'visit' THEN vola_amt
        -- Without an in-scope sum there is no share: least passes over NULL and would take the whole payment.
        WHEN setl_inscp > 0 THEN least({line_fund}, setl_fund)
        ELSE 0
    END AS BIGINT) AS fund_amt,
    fee_time, setl_id, psn_no, fixmedins_code, insu_admdvs, bilg_dept_codg, bilg_dr_codg, hi_paymtd, setl_fund
FROM priced
"""

# One row for each finding: sums of its rows at fault. A finding with related rows only is none.
FINDING_GROUP = """
WITH subject_row AS (
    SELECT r.rule_key, r.subject, r.f_mdtrt_id, r.f_setl_id, r.month, r.mdtrt_id, r.feedetl_sn, r.amount_stas, r.sev_deg,
        r.evid, r.vola_cnt, r.vola_amt, r.vola_inscp_amt, r.fund_amt,
        struct(coalesce(r.fee_time, TIMESTAMP_NTZ '1900-01-01 00:00:00'), r.mdtrt_id, r.feedetl_sn) AS line_order,
        CASE WHEN r.mdtrt_id <> '*' THEN r.mdtrt_id END AS own_mdtrt_id,
        coalesce(r.setl_id, CASE WHEN r.feedetl_sn = '*' THEN visit.setl_id END) AS own_setl_id,
        coalesce(r.psn_no, visit.psn_no) AS psn_no,
        coalesce(r.fixmedins_code, visit.fixmedins_code,
            CASE WHEN r.mdtrt_id = '*' THEN element_at(split(r.feedetl_sn, '[|]'), 1) END) AS fixmedins_code,
        coalesce(r.insu_admdvs, visit.insu_admdvs) AS insu_admdvs, r.bilg_dept_codg, r.bilg_dr_codg
    FROM finding_row AS r
    LEFT JOIN visit ON visit.mdtrt_id = r.mdtrt_id
    WHERE r.item_type = 1
),
grouped AS (
    SELECT rule_key, subject, f_mdtrt_id, f_setl_id, month,
        array_join(sort_array(collect_list(concat(mdtrt_id, '|', feedetl_sn))), chr(31)) AS line_keys,
        min(amount_stas) AS vola_amt_stas, max(sev_deg) AS sev_deg, max_by(evid, line_order) AS vola_evid,
        CAST(sum(vola_cnt) AS BIGINT) AS vola_cnt, CAST(sum(vola_amt) AS BIGINT) AS vola_amt,
        CAST(sum(vola_inscp_amt) AS BIGINT) AS vola_inscp_amt, CAST(sum(fund_amt) AS BIGINT) AS fund_amt,
        CASE WHEN min(own_mdtrt_id) = max(own_mdtrt_id) THEN min(own_mdtrt_id) END AS mdtrt_id,
        CASE WHEN min(own_setl_id) = max(own_setl_id) THEN min(own_setl_id) END AS setl_id,
        CASE WHEN min(psn_no) = max(psn_no) THEN min(psn_no) END AS psn_no,
        CASE WHEN min(fixmedins_code) = max(fixmedins_code) THEN min(fixmedins_code) END AS fixmedins_code,
        CASE WHEN min(insu_admdvs) = max(insu_admdvs) THEN min(insu_admdvs) END AS insu_admdvs,
        max_by(struct(bilg_dept_codg, bilg_dr_codg), line_order) AS last_biller
    FROM subject_row
    GROUP BY rule_key, subject, f_mdtrt_id, f_setl_id, month
)
SELECT
    sha2(concat(rule.rule_id, chr(31), CAST(rule.rule_ver AS STRING), chr(31), grouped.line_keys), 256) AS jr_id,
    grouped.rule_key, grouped.subject, grouped.f_mdtrt_id, grouped.f_setl_id, grouped.month,
    concat(grouped.month, '@', {rulebook_ver}) AS task_id, {rulebook_ver} AS rulebook_ver,
    rule.rule_type_id, rule.rule_id, rule.rule_ver, rule.catalogue_no, 3 AS stage,
    coalesce(grouped.sev_deg, rule.sev_deg) AS sev_deg, rule.control_mode,
    coalesce(grouped.insu_admdvs, institution.admdvs) AS poolarea, grouped.fixmedins_code, grouped.psn_no,
    grouped.mdtrt_id, grouped.setl_id, grouped.last_biller.bilg_dept_codg AS bilg_dept_codg,
    grouped.last_biller.bilg_dr_codg AS bilg_dr_codg, grouped.vola_evid, grouped.vola_cnt, grouped.vola_amt,
    grouped.vola_inscp_amt, grouped.fund_amt, grouped.vola_amt_stas,
    CASE rule.stas WHEN 'shadow' THEN 'shadow' ELSE 'active' END AS finding_stas
FROM grouped
JOIN rule_meta AS rule ON rule.rule_key = grouped.rule_key
LEFT JOIN institution ON institution.fixmedins_code = grouped.fixmedins_code
"""

# The published finding: amounts as decimals, and the sentence.
FINDING = """
SELECT jr_id, task_id, rulebook_ver, rule_type_id, rule_id, rule_ver, stage, sev_deg, control_mode, poolarea,
    fixmedins_code, psn_no, mdtrt_id, setl_id, bilg_dept_codg, bilg_dr_codg, month AS found_for,
    {sentence} AS vola_cont, vola_evid,
    {vola_cnt} AS vola_cnt, {vola_amt} AS vola_amt, {vola_inscp_amt} AS vola_inscp_amt, {fund_amt} AS fund_amt,
    vola_amt_stas, finding_stas
FROM finding_group AS finding
"""

# The published lines, visits and subjects of each finding.
FINDING_DETL = """
SELECT finding.jr_id, r.mdtrt_id, r.feedetl_sn, r.item_type AS vola_item_type,
    {vola_cnt} AS vola_cnt, {vola_amt} AS vola_amt, {vola_inscp_amt} AS vola_inscp_amt, {fund_amt} AS fund_amt,
    finding.month AS found_for
FROM finding_row AS r
JOIN finding_group AS finding ON finding.rule_key = r.rule_key AND finding.month = r.month
    AND finding.subject <=> r.subject AND finding.f_mdtrt_id <=> r.f_mdtrt_id AND finding.f_setl_id <=> r.f_setl_id
"""


def finding_statements(rule_types: Iterable[RuleType], shapes: Iterable[str], rulebook_ver: str) -> list[tuple[str, str]]:
    """Statements for ``finding_row``, ``finding_group``, ``finding`` and ``finding_detl`` from the shapes' hits.

    Reads hit_<shape>, ``line``, ``visit``, ``institution`` and ``rule_meta`` (rule_key, rule_type_id, rule_id, rule_ver,
    catalogue_no, sev_deg, control_mode, stas).
    """
    hits = "\nUNION ALL\n".join(f"SELECT {', '.join(HIT_COLUMNS)} FROM hit_{shape}" for shape in shapes)
    line_inscp = mul_div("chosen.vola_amt", "line.net_inscp", "line.net_amt")
    line_fund = mul_div("vola_inscp_amt", "setl_fund", "setl_inscp")
    version = text_literal(rulebook_ver)
    return [
        ("hit", hits),
        ("finding_row", FINDING_ROW.format(line_inscp=line_inscp, line_fund=line_fund)),
        ("finding_group", FINDING_GROUP.format(rulebook_ver=version)),
        ("finding", FINDING.format(sentence=sentence_case(rule_types), **_decimals("finding"))),
        ("finding_detl", FINDING_DETL.format(**_decimals("r"))),
    ]


HIT_SCHEMA = pa.schema(
    [
        ("rule_key", pa.int32()),
        *((name, pa.string()) for name in ("subject", "mdtrt_id", "setl_id", "feedetl_sn", "f_mdtrt_id", "f_setl_id", "month")),
        ("item_type", pa.int32()),
        ("vola_cnt", pa.int64()),
        ("vola_amt", pa.int64()),
        ("amt_kind", pa.string()),
        ("amount_stas", pa.int32()),
        ("sev_deg", pa.int32()),
        ("evid", pa.string()),
    ]
)
HIT_COLUMNS = tuple(HIT_SCHEMA.names)


def _decimals(alias: str) -> dict[str, str]:
    """SQL for the amounts and the count of ``alias`` as the tables hold them."""
    amounts = {name: as_yuan(f"{alias}.{name}") for name in ("vola_amt", "vola_inscp_amt", "fund_amt")}
    return amounts | {"vola_cnt": as_count(f"{alias}.vola_cnt")}


def sentence_case(rule_types: Iterable[RuleType]) -> str:
    """SQL for vola_cont: each type's sentence with the evidence in words and the finding's amounts."""
    whens = "\n        ".join(f"WHEN '{rule.id}' THEN {_sentence(rule)}" for rule in rule_types if rule.logic is not None)
    return f"CASE finding.rule_type_id\n        {whens}\n    END"


def _sentence(rule: RuleType) -> str:
    amounts = {name: money(f"finding.{name}") for name in ("vola_amt", "vola_inscp_amt", "fund_amt")}
    amounts["vola_cnt"] = count("finding.vola_cnt")
    pieces = []
    for piece in re.split(r"(\{\w+\})", rule.sentence):
        key = piece.strip("{}")
        if not piece.startswith("{"):
            pieces.append(text_literal(piece))
        elif key in rule.evidence:
            pieces.append(_in_words(key, rule.words.get(key, {})))
        else:
            pieces.append(amounts[key])
    return f"concat({', '.join(piece for piece in pieces if piece != text_literal(''))})"


def _in_words(key: str, words: Mapping[str, str]) -> str:
    """SQL for one evidence value as an auditor reads it; lists without brackets, codes as words, missing as —."""
    value = f"translate(get_json_object(finding.vola_evid, '$.{key}'), '[]\"', '')"
    whens = "".join(f" WHEN {text_literal(code)} THEN {text_literal(word)}" for code, word in words.items())
    replaced = value
    for code, word in words.items():
        if code.isalpha():
            replaced = f"replace({replaced}, {text_literal(code)}, {text_literal(word)})"
    shown = f"CASE {value}{whens} ELSE {replaced} END" if words else value
    return f"coalesce({shown}, '—')"
