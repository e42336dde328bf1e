"""Every check of a rule base finds its planted fault, and not the row that only looks like one.

All rows stand in one rule base, so that none of them may be reported by another check either. What each must be found for is
named in its rule_id: ``<check>`` and a number; the rows of ``ok`` are near misses.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from rules.book.typing import load_rulebook
from rules.lint.run import CHECKS, Lint, lint
from tests.duck import REGION
from tests.ingest.landing import cells
from tests.rules.rulebooks import csv_file

CODES = {
    "med": ["XA1", "XA2", "XB1", "XB2", "XC1", "XC2", "XD1", "XE1", "XE2", "XF1", "XF2", "XG1", "XG2", "XH1", "XK1", "XK2", "XL1",
            "XM1", "XM2", "XN1", "XN2", "XN3", "XP1", "XP2", "XQ1", "XQ2", "XR1", "XR2", "XS1", "XS2", "XT1", "XT2", "XU1"],
    "diag": ["J18.900", "I10.X00", "O80.000", "S72.000"],
    "oprn": ["06.2X00"],
}  # fmt: skip
KINDS = {"XK1": "201", "XK2": "201"}  # all others are drugs

RULES = {
    "V01": """
        rule_id                      | med_list_codg | diag_set     | alt_item_codes | exempt_diag
        unknown_diag 1               | XA1           | J18;Q77      |                |
        unknown_med 1                | XA2           | J18          | XZ9;XA1        |
        no_target 1                  | XZ1           | J18          |                |
        own_companion 1              | XB1           | J18          | XB1;XB2        |
        ok another satisfies         | XB2           | J18          | XB1            |
        ok a code of the old doctors | XC1           | A01.03.01    |                |
        ok payable 1                 | XC2           | J18;I10      |                |
        payable                      | XD1           | J18          |                |
        unknown_diag 2               | XL1           | I10          |                | Q77
        """,
    "V24": """
        rule_id                      | variant | med_list_codg | contra_set | age_unit | age_min | matn_stas | exempt_diag
        ok one use is left           | diag    | XC2           | J18        |          |         |           |
        payable_is_contraindicated 1 | diag    | XD1           | J18;I10    |          |         |           |
        exempted 1                   | diag    | XE1           | J18        |          |         |           | J18;I10
        ok one diagnosis is left     | diag    | XL1           | O80;J18    |          |         |           | J18
        no_such_age 1                | age     | XE2           |            | year     | 131     |           |
        ok very old                  | age     | XE2           |            | year     | 99      |           |
        """,
    "V02": """
        rule_id           | med_list_codg | allowed_gend | insutype | begndate   | enddate
        a men             | XF1           | 1            | 310      |            |
        both_sexes 1      | XF1           | 2            | 310;390  |            |
        ok other insured  | XF1           | 2            | 340      |            |
        ok men first      | XF2           | 1            |          |            | 2024-12-31
        ok women later    | XF2           | 2            |          | 2025-01-01 |
        """,
    "V03": """
        rule_id       | med_list_codg | age_unit | age_min | age_max | med_class
        a children    | XG1           | year     |         | 6       |
        no_drug_age 1 | XG1           | month    | 84      |         |
        ok last month | XG1           | month    | 83      | 100     |
        no_such_age 2 | XG2           | year     | 0       | 150     |
        ok anyone old | XG2           | year     |         | 120     |
        other_kind 1  | XK1           | year     |         | 6       |
        no_known_class 1 | XH1        | year     |         | 6       | HOSPICE
        """,
    "V04": """
        rule_id       | med_list_codg | age_unit | age_min | age_max
        a adults      | XK1           | year     | 18      |
        no_item_age 1 | XK1           | year     |         | 17
        ok youngest   | XK2           | year     | 18      |
        ok the same   | XK2           | year     |         | 18
        """,
    "V05": """
        rule_id          | med_list_codg | min_rank | max_rank | hosp_lv | med_class
        a big ones       | XM1           | 3        |          |         |
        no_rank 1        | XM1           |          | 2        |         |
        every_rank_may 1 | XM2           | 2        |          | 01;5    |
        ok one may not   | XN1           | 3        |          | 01;5    |
        no_judged_class 1 | XM2          | 3        |          |         | PHARM
        """,
    "V06": """
        rule_id               | med_list_codg | limited_to | allowed_insutype | insutype
        every_insurance_may 1 | XM1           | injury     | 310;510          | 310
        ok one may not        | XM1           | injury     | 510              | 310;510
        """,
    "V07": """
        rule_id           | med_list_codg | allowed_class | internet | med_class
        a inpatients      | XN1           | IPT;DAYSURG   |          |
        no_class 1        | XN1           | OTP;EMERG     |          |
        ok both in beds   | XN2           | IPT;DAYSURG   |          |
        ok one class left | XN2           | IPT;OTP       |          |
        no_judged_class 2 | XN3           | IPT;OTP       |          | IPT
        ok internet       | XN3           | IPT;OTP       | deny     | IPT
        """,
    "V08": """
        rule_id                | med_list_codg | first_line_codes | lookback_days
        a second               | XP1           | XP2;XA1          | 30
        first_line_both_ways 1 | XP2           | XP1              | 10
        own_companion 2        | XA2           | XA1;XA2          | 10
        """,
    "V09": """
        rule_id          | med_list_codg | max_days | period | day_basis
        above_possible 1 | XQ1           | 366      | year   | date
        ok rest of year  | XQ1           | 365      | visit  | date
        """,
    "V11": """
        rule_id               | variant | opsp_dise_code | med_list_codg | med_class
        ok listed             | list    | M01            |               | OPSP
        ok allowed            | allow   | M01            | XA1           |
        list_or_allow_alone 1 | list    | M02            |               |
        list_or_allow_alone 2 | allow   | M03            | XA1           |
        no_judged_class 3     | allow   | M01            | XA2           | OTP;IPT
        """,
    "V14": """
        rule_id              | group_a | group_b | window | poolarea
        a container          | XQ1;XA1 | XQ2     | day    | 3301
        contained_both_ways 1 | XQ2    | XA1;XB1 | visit  | 33
        ok elsewhere         | XQ2     | XQ1     | day    | 31
        """,
    "V15": """
        rule_id         | bundle_code | bundle_price | component_codes | min_components | window
        too_few_codes 1 | XA1         | 100          | XA1;XA2;XB1     | 3              | day
        ok just enough  | XA1         | 100          | XC1;XA2;XB1     | 3              | visit
        """,
    "V16": """
        rule_id           | item_codes | window | limit_otp | limit_ipt | med_class | begndate   | enddate    | rule_ver | stas
        no_judged_class 4 | XR1        | day    | 2         |           | IPT       |            |            | 1        |
        ok outpatients    | XU1        | day    | 2         |           | IPT;OTP   |            |            | 1        |
        no_judged_class 5 | XR2        | stay   | 2         |           |           |            |            | 1        |
        overlapping_versions 1 | XS1   | day    | 2         |           |           | 2025-01-01 |            | 1        |
        overlapping_versions 1 | XS1   | day    | 3         |           |           | 2025-06-01 |            | 2        |
        never_governs 1   | XS2        | day    | 2         |           |           | 2025-01-01 | 2025-03-31 | 1        |
        never_governs 1   | XS2        | day    | 3         |           |           | 2025-01-01 |            | 2        |
        ok follows        | XT1        | day    | 2         |           |           |            | 2025-03-31 | 1        |
        ok follows        | XT1        | day    | 3         |           |           | 2025-04-01 |            | 2        |
        ok switched off   | XT1        | month  | 2         |           |           |            |            | 1        |
        ok switched off   | XT1        | month  | 2         |           |           | 2025-01-01 |            | 2        | retired
        """,
    "V18": """
        rule_id         | med_list_codg | required_codes | required_oprn | window
        own_companion 3 | XA1           | XA1            |               | day
        unknown_oprn 1  | XB1           |                | 06.2;99.99    | day
        """,
    "V23": """
        rule_id          | med_list_codg | group_code | ingredient | min_overlap_days
        one_ingredient 1 | XA1           | G1         | 甲         | 2
        one_ingredient 2 | XA2           | G1         | 甲         | 2
        ok two           | XB1           | G2         | 甲         | 2
        ok two more      | XB2           | G2         | 乙         | 2
        """,
    "S07": """
        rule_id         | variant | item_codes | max_kinds
        too_few_codes 2 | multi   | XA1;XA2    | 2
        ok one above    | multi   | XB1;XB2    | 1
        ok a prefix     | multi   | XA*        | 2
        """,
    "S11": """
        rule_id          | variant | min_size | min_sim | min_share
        above_possible 2 | similar | 3        | 1.01    |
        ok alike         | similar | 3        | 1       |
        """,
    "V13": """
        rule_id        | variant | med_list_codg | price_cap | hosp_lv | exempt_dept | begndate   | sev_deg | origin    | stas
        cap            | cap     | XU1           | 10.00     |         |             |            |         | official  |
        subsumed 1     | cap     | XU1           | 10.50     | 5;6     | A03         | 2025-01-01 |         | generated |
        ok lower       | cap     | XU1           | 9.50      | 5;6     |             |            |         | official  |
        ok more severe | cap     | XU1           | 12.00     |         |             |            | 2       | official  |
        ok in shadow   | cap     | XT2           | 10.00     |         |             |            |         | official  | shadow
        ok listed      | cap     | XT2           | 11.00     |         |             |            |         | official  |
        ok generated   | cap     | XL1           | 10.00     |         |             |            |         | generated |
        ok official    | cap     | XL1           | 11.00     |         |             |            |         | official  |
        ok spares      | cap     | XA1           | 10.00     |         | A03         |            |         | official  |
        ok spares none | cap     | XA1           | 10.00     |         |             | 2025-01-01 |         | official  |
        wide           | cap     | XM*           | 10.00     |         |             |            |         | official  |
        subsumed 2     | cap     | XM1           | 10.00     |         |             |            |         | official  |
        """,
}  # fmt: skip


@pytest.fixture(scope="module")
def linted(tmp_path_factory: pytest.TempPathFactory) -> Lint:
    folder = tmp_path_factory.mktemp("rules")
    for rule_type_id, text in RULES.items():
        csv_file(folder, rule_type_id, [row | {"rule_id": f"{rule_type_id} {row['rule_id']}"} for row in cells(text)])
    book = load_rulebook(folder)
    assert book.rejects.to_pylist() == []
    kinds = [(kind, code) for kind, codes in CODES.items() for code in codes]
    table = {
        "kind": [kind for kind, _ in kinds],
        "code": [code for _, code in kinds],
        "list_type": [KINDS.get(code, "101") if kind == "med" else None for kind, code in kinds],
    }
    return lint(book.rules, pa.table(table), REGION)


def planted(check: str) -> set[str]:
    """The rules that must be found by the check."""
    rows = [(rule_type_id, row["rule_id"]) for rule_type_id, text in RULES.items() for row in cells(text)]
    return {f"{rule_type_id} {rule_id}" for rule_type_id, rule_id in rows if rule_id.rsplit(" ", 1)[0] == check}


@pytest.mark.parametrize("number", range(len(CHECKS)), ids=[check.name for check in CHECKS])
def test_a_check_finds_its_planted_faults_and_nothing_else(linted: Lint, number: int) -> None:
    expected = planted(CHECKS[number].name)
    # A row none of whose codes is known names unknown codes too; one that never governs lies within a higher version.
    also = {"unknown_med": {"V01 no_target 1"}, "overlapping_versions": {"V16 never_governs 1"}}.get(CHECKS[number].name, set())
    found = {row["rule_id"] for row in linted.found.to_pylist() if row["check_no"] == number}

    assert expected
    assert found == expected | also


def test_what_is_found_names_the_other_rule_and_what_is_wrong(linted: Lint) -> None:
    said = {row["rule_id"]: (row["param"], row["problem"], row["other_rule_id"]) for row in linted.found.to_pylist()}

    assert said["V02 both_sexes 1"] == ("allowed_gend", "同一编码既限男又限女：XF1", "V02 a men")
    assert said["V01 unknown_med 1"] == ("alt_item_codes", "目录中没有：XZ9", None)
    assert said["V16 overlapping_versions 1"] == (
        "rule_ver", "与第2版自2025-06-01起同时有效，按高版本执行", "V16 overlapping_versions 1",
    )  # fmt: skip
    assert said["V14 contained_both_ways 1"][1:] == ("两项目互为对方的内涵：XQ2 与 XA1", "V14 a container")


def test_without_a_catalogue_no_code_is_called_unknown(tmp_path: Path) -> None:
    csv_file(tmp_path, "V02", [{"rule_id": "R1", "med_list_codg": "XZ1", "allowed_gend": "1"}])
    none = pa.table({name: pa.array([], pa.string()) for name in ("kind", "code", "list_type")})

    assert lint(load_rulebook(tmp_path).rules, none, REGION).found.num_rows == 0


def test_shares_count_origins(linted: Lint) -> None:
    [prices] = [share for share in linted.shares if share["rule_type_id"] == "V13"]

    assert prices == {"rule_type_id": "V13", "rows": 12, "official": 10, "generated": 2, "other": 0}
