"""What persons, doctors and institutions have in common: sums by month, trends, and the rates over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features.findings import TYPES, subject_findings
from features.lines import ADDED, added
from features.refills import subject_refills
from features.shrinkage import Rate, event, mean, money_share, pool_statements, share, shrunk
from features.visits import READMITTED_DAYS
from lake.tables.feature_groups import REVIEWED_MONTHS, SPANS

Statement = tuple[str, str]


@dataclass(frozen=True)
class Subject:
    """Whose features a table holds.

    ``key``: the subject's column in the table, in findings, refills and in ``volume``, the relation of lines and amounts by visit
    in every month of the window; ``fact``: the relation of visits of the asked months, or parts of them, and ``fact_key`` its
    column that is the subject.
    """

    name: str
    key: str
    fact: str
    fact_key: str
    volume: str
    is_of_doctors: bool = False


@dataclass(frozen=True)
class Extra:
    """What one table alone has: ``relation`` with ``month`` and ``subject``, and the counts that it adds to a row."""

    relation: str
    query: str
    counts: tuple[str, ...]


# One row for each subject and month of the window: what trends look at.
_VOLUME = """
SELECT month, month_no, {key} AS subject, CAST(sum(fee) AS BIGINT) AS fee, CAST(sum(lines) AS BIGINT) AS lines, count(*) AS visits
FROM {volume}
WHERE {key} IS NOT NULL
GROUP BY month, month_no, {key}
"""

# One row for each subject and asked month.
_BASE = """
SELECT told.month, told.month_no, told.{key} AS subject, {added}, count(*) AS visits,
    count(told.stay_days) AS stays, CAST(coalesce(sum(told.stay_days), 0) AS BIGINT) AS stay_days,
    CAST(coalesce(sum(told.stay_days * told.stay_days), 0) AS BIGINT) AS stay_squares,
    count(CASE WHEN NOT told.is_stay THEN 1 END) AS short_visits,
    size(collect_set(CASE WHEN NOT told.is_stay THEN told.begin_day END)) AS visit_days,
    count(CASE WHEN told.is_offsite THEN 1 END) AS offsite, count(told.main_diag) AS diag_visits,
    count(CASE WHEN told.is_stay AND last_stay.days_since_stay BETWEEN 0 AND {readmitted_days} THEN 1 END) AS readmissions,
    count(peered.fee_to_peers) AS peer_visits, coalesce(sum(peered.fee_to_peers), 0.0) AS peer_sum,
    coalesce(sum(peered.fee_to_peers * peered.fee_to_peers), 0.0) AS peer_squares,
    size(collect_set(told.psn_no)) AS patients, size(collect_set(told.fixmedins_code)) AS institutions
FROM {fact} AS told
LEFT JOIN last_stay ON last_stay.month = told.month AND last_stay.mdtrt_id = told.mdtrt_id
LEFT JOIN {fact}_peered AS peered ON peered.month = told.month AND peered.mdtrt_id = told.mdtrt_id{same_doctor}
WHERE told.{key} IS NOT NULL
GROUP BY told.month, told.month_no, told.{key}
"""
_BASE_COUNTS = (
    *ADDED, "visits", "stays", "stay_days", "stay_squares", "short_visits", "visit_days", "offsite", "diag_visits",
    "readmissions", "peer_visits", "peer_sum", "peer_squares", "patients", "institutions",
)  # fmt: skip

_TOP_DIAG = """
SELECT month, subject, max(visits) AS top_diag_visits
FROM (
    SELECT month, {key} AS subject, main_diag, count(*) AS visits
    FROM {fact}
    WHERE {key} IS NOT NULL AND main_diag IS NOT NULL
    GROUP BY month, {key}, main_diag
) AS diagnosed
GROUP BY month, subject
"""

# Of each subject and asked month the volumes of the year that ends with it, and of the months before.
_TRENDED = """
SELECT own.month, own.subject, {sums}
FROM {name}_volume AS own
JOIN asked ON asked.month = own.month
JOIN {name}_volume AS volume ON volume.subject = own.subject AND volume.month_no BETWEEN own.month_no - {reach} AND own.month_no
LEFT JOIN {name}_found AS found ON found.month = volume.month AND found.subject = volume.subject
GROUP BY own.month, own.subject
"""

# One row for each subject and asked month: all counts.
_ROW = """
SELECT base.month, base.month_no, base.subject, lake_start.month_no AS start_no, {counts}, {others}
FROM {name}_base AS base
JOIN {name}_trended AS trended ON trended.month = base.month AND trended.subject = base.subject
CROSS JOIN lake_start
{joins}
"""

_TABLE = """
SELECT told.month, told.subject AS {key}, {features}
FROM {name}_row AS told
JOIN {name}_row_pool AS pool ON pool.month = told.month
"""

_JOINED = {
    "diag": ("top_diag_visits",),
    "found": ("found_violation", "found_suspicion", *(f"found_{name}" for name in TYPES)),
    "concluded": ("reviewed", "confirmed", *(f"confirmed_{name}" for name in TYPES)),
    "refill": ("refills", "early_refills"),
}
RATES: tuple[Rate, ...] = (
    *(money_share(f"{part}_share", f"{part}_fee", "fee", "lines") for part in ("drug", "exam", "consumable", "treatment")),
    money_share("antibiotic_share", "antibiotic_fee", "drug_fee", "drug_lines"),
    money_share("ownpay_share", "(fee - inscp)", "fee", "lines"),
    share("night_share", "night_lines", "lines"),
    share("holiday_share", "off_lines", "lines"),
    share("override_share", "override_lines", "restricted_lines"),
    share("offsite_share", "offsite", "visits"),
    mean("fee_to_peers", "peer_sum", "peer_squares", "peer_visits"),
    share("top_diag_share", "top_diag_visits", "diag_visits"),
    mean("stay_days_mean", "stay_days", "stay_squares", "stays"),
    share("readmission_share", "readmissions", "stays"),
    share("early_refill_share", "early_refills", "refills"),
    event("violation_rate", "found_violation", "lines"),
    event("suspicion_rate", "found_suspicion", "lines"),
    event("confirmed_rate_12m", "confirmed", "lines_12m"),
    share("confirmed_share_12m", "confirmed", "reviewed"),
)
RATES_BY_TYPE: tuple[Rate, ...] = (
    *(event(f"finding_rate_{name}", f"found_{name}", "lines") for name in TYPES),
    *(event(f"confirmed_rate_12m_{name}", f"confirmed_{name}", "lines_12m") for name in TYPES),
)
# Features that are counts under another name, and money.
_SAME = (
    "lines", "visits", "visit_days", "stays", "stay_days", "drug_lines", "restricted_lines", "peer_visits", "diag_visits",
    "refills", "lines_12m", "found_12m",
)  # fmt: skip


def yuan(column: str) -> str:
    """SQL of 分 as tables hold money."""
    return f"CAST(CAST({column} AS DECIMAL(18, 0)) * CAST(0.01 AS DECIMAL(2, 2)) AS DECIMAL(18, 2))"


def subject_statements(
    subject: Subject, extras: Sequence[Extra], rates: Sequence[Rate], features: Sequence[str]
) -> list[Statement]:
    """Statements that end in the table's relation; ``features``: SQL of what this table alone has, under their names."""
    name = subject.name
    every = (*RATES, *rates)
    return [
        (f"{name}_volume", _VOLUME.format(volume=subject.volume, key=subject.key)),
        (f"{name}_base", _base(subject)),
        (f"{name}_diag", _TOP_DIAG.format(fact=subject.fact, key=subject.fact_key)),
        *subject_findings(name, subject.key),
        subject_refills(name, subject.key),
        *((extra.relation, extra.query) for extra in extras),
        (f"{name}_trended", _trended(name)),
        (f"{name}_row", _row(name, extras)),
        *pool_statements(f"{name}_row", every),
        (f"{name}_month", _table(subject, every, features)),
    ]


def _base(subject: Subject) -> str:
    same_doctor = " AND peered.subject = told.subject" if subject.is_of_doctors else ""
    return _BASE.format(
        fact=subject.fact, key=subject.fact_key, added=added("told"), readmitted_days=READMITTED_DAYS, same_doctor=same_doctor
    )


def _trended(name: str) -> str:
    before = [(column, span, f"{column}_before_{span}") for column in ("fee", "visits") for span in SPANS]
    sums = [_between(f"volume.{column}", span, 1, told) for column, span, told in before]
    year = (("volume.lines", "lines_12m"), ("coalesce(found.found, 0)", "found_12m"))
    sums += [_between(column, REVIEWED_MONTHS - 1, 0, told) for column, told in year]
    return _TRENDED.format(name=name, sums=", ".join(sums), reach=max(*SPANS, REVIEWED_MONTHS - 1))


def _between(column: str, first: int, last: int, name: str) -> str:
    """SQL of the sum over the months from ``first`` to ``last`` before the own; months without a row count nothing."""
    is_told = f"volume.month_no BETWEEN own.month_no - {first} AND own.month_no - {last}"
    return f"CAST(sum(CASE WHEN {is_told} THEN {column} END) AS BIGINT) AS {name}"


def _row(name: str, extras: Sequence[Extra]) -> str:
    relations = {f"{name}_{part}": columns for part, columns in _JOINED.items()} | {e.relation: e.counts for e in extras}
    before = ["lines_12m", "found_12m", *(f"{column}_before_{span}" for column in ("fee", "visits") for span in SPANS)]
    counts = [*(f"base.{column}" for column in _BASE_COUNTS), *(f"trended.{column}" for column in before)]
    others = [f"coalesce({relation}.{column}, 0) AS {column}" for relation, columns in relations.items() for column in columns]
    joins = [
        f"LEFT JOIN {relation} ON {relation}.month = base.month AND {relation}.subject = base.subject" for relation in relations
    ]
    return _ROW.format(name=name, counts=", ".join(counts), others=", ".join(others), joins="\n".join(joins))


def _table(subject: Subject, rates: Sequence[Rate], features: Sequence[str]) -> str:
    told = [
        *(f"told.{column}" for column in _SAME),
        f"{yuan('fee')} AS fee_amt", f"{yuan('inscp')} AS inscp_amt", "told.reviewed AS reviewed_12m",
        *(shrunk(rate) for rate in rates),
        *(_trend(feature, column, span) for feature, column in (("fee", "fee"), ("visit", "visits")) for span in SPANS),
        *features,
    ]  # fmt: skip
    return _TABLE.format(key=subject.key, name=subject.name, features=",\n    ".join(told))


def _trend(feature: str, column: str, span: int) -> str:
    is_told = f"told.month_no - {span} >= told.start_no AND told.{column}_before_{span} > 0"
    ratio = f"round(CAST(told.{column} AS DOUBLE) * {span} / told.{column}_before_{span}, 4)"
    return f"CASE WHEN {is_told} THEN {ratio} END AS {feature}_trend_{span}"
