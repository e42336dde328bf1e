"""Values that the parameters of the suspicion types S01–S11 are drawn from; an empty one is left out."""

from __future__ import annotations

from tests.generated.pools import DIAG_SETS, OPERATION_SETS

CODE_LIST = ["C1", "C1;C2", "C*", "C2;C3", "C1*"]
SHARES = ["0", "0.3333", "0.5", "0.6", "1"]
Z = ["0.1", "0.5", "0.6745", "1", "3.5"]

SUSPICIONS: dict[str, dict[str, list[str]]] = {
    "S01": {
        "gap_days": ["0", "1", "15", "30", "30"],
        "link": ["institution", "alliance", "any"],
        "diag_rule": ["icd3", "set", "any", "any"],
        "diag_set": DIAG_SETS,
        "skip_dscg_way": ["", "2", "2;3;5"],
        "min_sim": ["", "", "0", "0.5", "1"],
    },
    "S02": {
        "variant": ["empty_days", "hollow", "elsewhere", "onsite"],
        "min_days": ["", "1", "2", "3"],
        "passive_types": ["", "01;12", "01;03;04;09"],
    },
    "S03": {
        "mild_set": ["A00-Z99", "A00-Z99", *DIAG_SETS],
        "max_days": ["", "1", "3", "15"],
        "max_fee": ["", "100", "33.33"],
        "exam_share": ["", *SHARES],
        "age_from": ["", "0", "0"],
        "age_to": ["", "200", "200"],
    },
    "S04": {
        "variant": ["overlap_stay", "distant", "organ", "id_mismatch", "card_cluster"],
        "min_hours": ["0", "1", "24", "100"],
        "removed_oprn": OPERATION_SETS,
        "later_diag": DIAG_SETS,
        "cluster_minutes": ["1", "60", "1440"],
        "cluster_persons": ["1", "2"],
    },
    "S05": {
        "variant": ["no_filing", "rejected_paid", "third_party", "text"],
        "injury_set": ["A00-Z99", "A00-Z99", *DIAG_SETS],
        "keywords": ["车祸;打架", "工地"],
        "filing_days": ["", "0", "7"],
    },
    "S06": {
        "variant": ["no_indication", "repeat", "normal_rate"],
        "item_codes": CODE_LIST,
        "indication_set": DIAG_SETS,
        "repeat_days": ["1", "7", "30"],
        "z_min": Z,
        "min_cases": ["1", "2"],
        "min_peers": ["1", "2", "3"],
    },
    "S07": {
        "variant": ["no_indication", "multi", "prophylaxis"],
        "item_codes": CODE_LIST,
        "indication_set": DIAG_SETS,
        "max_kinds": ["0", "1", "2"],
        "oprn_set": OPERATION_SETS,
        "max_days": ["0", "1", "2"],
    },
    "S08": {
        "metric": ["visits", "institutions"],
        "period": ["day", "month", "year"],
        "max_count": ["0", "1", "1", "2"],
        "z_min": ["", "", *Z],
        "min_peers": ["1", "2"],
    },
    "S09": {
        "variant": ["balance", "balance", "map"],
        "item_codes": ["", *CODE_LIST],
        "tolerance_pct": ["", "0", "0.1", "0.5"],
        "tolerance_cnt": ["", "0", "1"],
        "unit_factor": ["", "1", "0.5", "10"],
    },
    "S10": {
        "diag_set": ["", "", "A00-Z99", "I10;J18"],
        "oprn_flag": ["", "", "", "0", "1"],
        "metric": [
            "avg_fee",
            "avg_days",
            "drug_share",
            "exam_share",
            "treat_share",
            "material_share",
            "item_share",
            "readmit_rate",
        ],
        "item_codes": CODE_LIST,
        "period": ["month", "quarter", "quarter", "year"],
        "direction": ["high", "low", "both"],
        "z_min": Z,
        "min_cases": ["1", "1", "2"],
        "min_peers": ["1", "3"],
    },
    "S11": {
        "variant": ["co_admit", "similar", "offsite"],
        "min_size": ["2", "2", "3"],
        "gap_days": ["0", "1", "2", "3"],
        "min_common": ["1", "1", "2"],
        "same_employer": ["", "0", "1"],
        "lookback_months": ["", "1", "2", "12"],
        "min_sim": ["0", "0.5", "1"],
        "fee_bucket": ["", "100", "1000"],
        "max_block": ["", "2", "200"],
        "min_share": ["0", "0.5", "0.6667"],
    },
}
