"""Every table of the lake, declared once: the contract's source tables, then what this project makes of them."""

from lake.tables.access_head import ACCESS_HEAD
from lake.tables.batch_file import BATCH_FILE
from lake.tables.bill_line import BILL_LINE
from lake.tables.bill_settlement import BILL_SETTLEMENT
from lake.tables.bill_visit import BILL_VISIT
from lake.tables.case_list import CASE_LIST
from lake.tables.catalog_d import CATALOG_D
from lake.tables.code_dict import CODE_DICT
from lake.tables.consent_d import CONSENT_D
from lake.tables.coverage import COVERAGE
from lake.tables.diag_d import DIAG_D
from lake.tables.doctor_month import DOCTOR_MONTH
from lake.tables.drord_d import DRORD_D
from lake.tables.fee_list_d import FEE_LIST_D
from lake.tables.filing_d import FILING_D
from lake.tables.finding import FINDING
from lake.tables.finding_detl import FINDING_DETL
from lake.tables.finding_event import FINDING_EVENT
from lake.tables.fixmedins_d import FIXMEDINS_D
from lake.tables.fund_d import FUND_D
from lake.tables.gate_approval import GATE_APPROVAL
from lake.tables.institution_month import INSTITUTION_MONTH
from lake.tables.inventory_d import INVENTORY_D
from lake.tables.mdtrt_d import MDTRT_D
from lake.tables.medins_map_d import MEDINS_MAP_D
from lake.tables.onsite_d import ONSITE_D
from lake.tables.oprn_d import OPRN_D
from lake.tables.outcome import OUTCOME
from lake.tables.person_month import PERSON_MONTH
from lake.tables.prac_psn_d import PRAC_PSN_D
from lake.tables.psn_d import PSN_D
from lake.tables.publication_expired import PUBLICATION_EXPIRED
from lake.tables.publications import PUBLICATIONS
from lake.tables.record_d import RECORD_D
from lake.tables.refuse_list import REFUSE_LIST
from lake.tables.rejects import REJECTS
from lake.tables.report_d import REPORT_D
from lake.tables.risk_drift import RISK_DRIFT
from lake.tables.risk_label import RISK_LABEL
from lake.tables.risk_score import RISK_SCORE
from lake.tables.rule import RULE
from lake.tables.rule_proposed import RULE_PROPOSED, RULE_PROPOSED_REJECTS
from lake.tables.rule_rate import RULE_RATE
from lake.tables.rule_rejects import RULE_REJECTS
from lake.tables.schema import Table
from lake.tables.setl_d import SETL_D
from lake.tables.shadowed import SHADOWED
from lake.tables.task import TASK
from lake.tables.type_run import TYPE_RUN
from lake.tables.visit_month import VISIT_MONTH
from lake.tables.waived import WAIVED
from lake.tables.waiver import WAIVER

SOURCE_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SETL_D,
        MDTRT_D,
        FEE_LIST_D,
        DIAG_D,
        OPRN_D,
        PSN_D,
        FIXMEDINS_D,
        PRAC_PSN_D,
        DRORD_D,
        REPORT_D,
        RECORD_D,
        CONSENT_D,
        ONSITE_D,
        FILING_D,
        INVENTORY_D,
        MEDINS_MAP_D,
        CATALOG_D,
        FUND_D,
    )
}
FEATURE_TABLES: dict[str, Table] = {table.name: table for table in (PERSON_MONTH, DOCTOR_MONTH, INSTITUTION_MONTH, VISIT_MONTH)}
OWN_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        RULE,
        RULE_REJECTS,
        RULE_PROPOSED,
        RULE_PROPOSED_REJECTS,
        BILL_LINE,
        BILL_VISIT,
        BILL_SETTLEMENT,
        CODE_DICT,
        FINDING,
        FINDING_DETL,
        FINDING_EVENT,
        TASK,
        TYPE_RUN,
        COVERAGE,
        REFUSE_LIST,
        RISK_LABEL,
        RISK_SCORE,
        RISK_DRIFT,
        CASE_LIST,
        *FEATURE_TABLES.values(),
        OUTCOME,
        WAIVER,
        WAIVED,
        RULE_RATE,
        SHADOWED,
        REJECTS,
        BATCH_FILE,
        GATE_APPROVAL,
        ACCESS_HEAD,
        PUBLICATIONS,
        PUBLICATION_EXPIRED,
    )
}
TABLES: dict[str, Table] = SOURCE_TABLES | OWN_TABLES
