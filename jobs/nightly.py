"""The night: load what landed, judge what it touches, rank, publish. A rerun with the same inputs changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Literal

from jobs.audit import RuleBase
from jobs.case_list import rank_cases
from jobs.events import record_events
from jobs.gate import Gate
from jobs.identity.landed import load_landed
from jobs.judge import judge
from jobs.night import is_stale, plan
from jobs.night_scores import are_scored, champions_tonight, note_model, update_scores
from jobs.outcomes import refuse_confirmed
from jobs.rates import learn_rates
from jobs.run import note, note_publication, now_at, recorded
from jobs.settings import Settings
from jobs.shadowed import apply_shadow
from jobs.spark import open_lake
from jobs.waived import apply_waivers
from lake.errors import BadInput
from lake.lock import one_writer
from lake.publications import Publication, last, publish
from lake.startup import check_lake
from lake.store import Lake
from lake.tables import RISK_SCORE, RULE, RULE_RATE, RULE_REJECTS, WAIVER
from lake.tables.schema import Table
from rules.book.typing import Rulebook, load_rulebook

log = logging.getLogger(__name__)


def load_and_judge(
    landing: Path, rules: Path, lake_path: Path, months: Sequence[str], business_date: date, settings: Settings
) -> Publication:
    """Loads, judges ``months`` and the judged months that new rows touch, ranks and publishes; the last publication.

    Refuses as BadInput, before any write, unreadable landing or rule files and a missing identity key.
    """
    with recorded(lake_path, "nightly", business_date, months), _loaded(landing, rules, lake_path, settings) as (lake, base):
        return judge_and_publish(lake, settings, base, months, business_date)


def load_until(
    until: Literal["load", "gate"], landing: Path, rules: Path, lake_path: Path, business_date: date, settings: Settings
) -> None:
    """The first steps of the same night: loads and, until the gate, judges what came; publishes nothing.

    Refuses what the whole night refuses, and where the gate does, as GateRefused.
    """
    with recorded(lake_path, f"nightly {until}", business_date), _loaded(landing, rules, lake_path, settings) as (lake, _):
        if until == "gate":
            now_at("gate of sources")
            Gate(lake, settings, business_date).check_sources(last(lake))
        log.info("stopped after the %s: nothing is published by this run", until)


@contextmanager
def _loaded(landing: Path, rules: Path, lake_path: Path, settings: Settings) -> Iterator[tuple[Lake, RuleBase]]:
    """The locked and checked lake that holds what landed, and the rule base of the night."""
    now_at("rules")
    settings.identity_key()
    rulebook = load_rulebook(rules)
    for note_of_rules in rulebook.notes:
        log.warning("rules: %s", note_of_rules)
    log.info(
        "rules: %s rows loaded, %s set aside, version %s",
        f"{rulebook.rules.num_rows:,}", f"{rulebook.rejects.num_rows:,}", rulebook.rulebook_ver,
    )  # fmt: skip
    with one_writer(lake_path):
        now_at("check")
        check_lake(lake_path)
        lake = open_lake(lake_path, settings)
        now_at("load")
        note(**load_landed(lake, landing, settings).totals)
        now_at("keep rules")
        keep_rules(lake, rulebook)
        yield lake, RuleBase(rulebook.rules, rulebook.rulebook_ver)


def audit_range(lake_path: Path, first: str, to: str, business_date: date, settings: Settings) -> Publication:
    """Judges the months ``first`` … ``to`` of a lake with the rule base that it holds, and publishes."""
    months = month_range(first, to)
    with recorded(lake_path, "audit", business_date, months), one_writer(lake_path):
        now_at("check")
        check_lake(lake_path)
        lake = open_lake(lake_path, settings)
        base = stored_rules(lake)
        return judge_and_publish(lake, settings, base, months, business_date)


def judge_and_publish(lake: Lake, settings: Settings, base: RuleBase, asked: Sequence[str], business_date: date) -> Publication:
    """Brings bills, findings and cases up to date and publishes them; what the last publication says if nothing changed.

    Raises GateRefused, and publishes nothing, where the gate refuses what came or what was made of it.
    """
    published = last(lake)
    gate = Gate(lake, settings, business_date)
    now_at("gate of sources")
    gate.check_sources(published)
    now_at("plan")
    changed = is_stale(lake, settings, published)
    months, history_from = plan(lake, settings, asked, business_date, base.rulebook_ver, changed)
    now_at("judge")
    moved = judge(lake, settings, base, published, months, history_from, changed)
    moved = sorted({*moved, *_moved_states(lake, settings, business_date)})
    champions = champions_tonight(settings)
    is_ranked = _is_ranked(lake, settings, published) and are_scored(lake, champions)
    if published and not changed and not moved and is_ranked and _is_as_published(lake, published, WAIVER):
        log.info("nothing to do: publication %d holds all of it", published.publication_id)
        note_model(champions)
        note_publication(published, is_new=False)
        return published
    update_scores(lake, settings, published, champions, moved)
    same_ranking = _is_ranked(lake, settings, published)
    now_at("cases")
    if moved:
        refuse_confirmed(lake, settings, lake.read)
    if moved or not same_ranking:
        rank_cases(lake, settings, moved if same_ranking else [])
    now_at("events")
    record_events(lake, published, moved)
    now_at("gate of products")
    gate.check_products()
    now_at("publish")
    judged = [month.month for month in months]
    night = publish(lake, business_date, asked[-1], judged, base.rulebook_ver, settings.publication_digest())
    note_publication(night, is_new=published is None or night.publication_id != published.publication_id)
    log.info("published as %d", night.publication_id)
    return night


def _moved_states(lake: Lake, settings: Settings, business_date: date) -> list[str]:
    """Learns confirmation rates and brings the states of findings in line with them and with waivers; the months moved."""
    now_at("rates")
    learn_rates(lake, settings, business_date)
    shadowed = apply_shadow(lake, settings, business_date)
    now_at("waivers")
    return [*shadowed, *apply_waivers(lake, settings, business_date)]


def _is_ranked(lake: Lake, settings: Settings, published: Publication | None) -> bool:
    """Whether settings, rates and scores, which order the cases, are those of the publication."""
    same_settings = published is not None and published.settings_digest == settings.publication_digest()
    return same_settings and all(_is_as_published(lake, published, table) for table in (RULE_RATE, RISK_SCORE))


def _is_as_published(lake: Lake, published: Publication | None, table: Table) -> bool:
    return published is not None and published.versions.get(table.name, -1) == lake.version(table)


def keep_rules(lake: Lake, rulebook: Rulebook) -> None:
    """Stores the loaded rules and what was set aside of them; nothing is written when the rule base is unchanged."""
    lake.replace_changed(RULE, lake.spark.createDataFrame(rulebook.rules.select(RULE.names)))
    lake.replace_changed(RULE_REJECTS, lake.spark.createDataFrame(rulebook.rejects))


def stored_rules(lake: Lake) -> RuleBase:
    """The rule base of the last publication; BadInput if the lake holds none."""
    published = last(lake)
    if published is None:
        raise BadInput(f"{lake.path}: no rule base in this lake yet; run `fundguard nightly` first")
    return RuleBase(lake.read(RULE, published.versions[RULE.name]).toArrow(), published.rulebook_ver)


def month_range(first: str, to: str) -> list[str]:
    """Every month from ``first`` to ``to``, YYYY-MM; BadInput if the range is inverted."""
    numbers = [int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, to)]
    if numbers[0] > numbers[1]:
        raise BadInput(f"--from {first} lies after --to {to}")
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(numbers[0], numbers[1] + 1)]
