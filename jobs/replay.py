"""The replay job: what a publication shows, judged again from the versions that it names. Nothing is written to the lake."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.audit import as_frame, judged
from jobs.night import Judged, judged_months
from jobs.relations import in_months
from jobs.rule_source import stored_base
from jobs.settings import Settings
from jobs.spark import open_published
from lake.code_version import code_version
from lake.errors import BadInput, IntegrityFailure
from lake.pins import pins_of
from lake.publications import Publication, PublishedLake, all_publications
from lake.startup import check_lake
from lake.store import Lake
from lake.tables import BILL_LINE, FINDING, FINDING_DETL, SHADOWED
from lake.tables.schema import Table
from rules.judge import JudgedMonth

COMPARED = ((FINDING, "finding"), (FINDING_DETL, "finding_detl"))
SHOWN = 5  # jr_ids named in an error; the rest are counted


@dataclass(frozen=True)
class Difference:
    """A finding that the publication and the replay do not have alike."""

    month: str
    jr_id: str


def replay(lake_path: Path, publication_id: int, settings: Settings) -> str:
    """What was judged again and found equal; IntegrityFailure with the findings that differ.

    States that waivers and confirmation rates set are not compared: they are applied to findings, not judged.
    """
    opened = open_published(lake_path, settings)
    check_lake(lake_path)
    publications = all_publications(opened)
    published = _chosen(publications, publication_id, lake_path)
    lake = PublishedLake(opened, published)
    months = judged_months(lake, published)
    _refuse_other_settings(months, settings)
    differing = [found for group in _together(months) for found in _differences(lake, opened, settings, group, months)]
    code = _code(publications, published, months)
    if differing:
        named = ", ".join(difference.jr_id for difference in differing[:SHOWN])
        counted = ", ".join(f"{month}: {count}" for month, count in sorted(Counter(d.month for d in differing).items()))
        text = f"publication {publication_id}: {len(differing)} findings differ ({counted}), among them {named}"
        raise IntegrityFailure(f"{text}; {code}")
    count = published.contents[FINDING.name]["rows"]
    return f"publication {publication_id}: {count:,} findings of {', '.join(sorted(months))} judged again, all equal; {code}"


def _chosen(publications: list[Publication], publication_id: int, lake_path: Path) -> Publication:
    """The publication of that number; BadInput if there is none, or its data files were vacuumed."""
    chosen = [publication for publication in publications if publication.publication_id == publication_id]
    if not chosen:
        raise BadInput(f"--publication {publication_id}: no such publication; there are {len(publications)}")
    if publication_id in pins_of(lake_path).expired:
        raise BadInput(f"--publication {publication_id}: was vacuumed, its data files are no longer kept")
    return chosen[0]


def _refuse_other_settings(months: dict[str, Judged], settings: Settings) -> None:
    other = [month for month, how in sorted(months.items()) if how.settings_digest != settings.result_digest()]
    if other:
        raise BadInput(
            f"{', '.join(other)}: judged with other settings than those of this run; give them by FUNDGUARD_ENV or --set"
        )


def _together(months: dict[str, Judged]) -> Iterable[list[str]]:
    """The months that were judged by the same rules from the same first day on."""
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for month, how in sorted(months.items()):
        groups[how.rulebook_ver, how.history_from].append(month)
    return groups.values()


def _differences(
    lake: PublishedLake, opened: Lake, settings: Settings, group: list[str], months: dict[str, Judged]
) -> list[Difference]:
    """The findings of the group's months of which a row is not as it was published."""
    how = months[group[0]]
    tasks = [JudgedMonth(month, months[month].as_of) for month in group]
    base = stored_base(opened, how.rulebook_ver)
    with judged(lake, settings, base, tasks, how.history_from, lake.rows(BILL_LINE)) as judgement:
        differing = set()
        for table, relation in COMPARED:
            again = _compared(table, as_frame(lake, table, judgement.engine, relation)).localCheckpoint()
            before = _compared(table, _as_judged(lake, table).where(in_months(table, group)))
            rows = before.exceptAll(again).unionByName(again.exceptAll(before)).select("found_for", "jr_id").distinct()
            differing |= {Difference(row.found_for, row.jr_id) for row in rows.collect()}
    return sorted(differing, key=lambda difference: (difference.month, difference.jr_id))


def _as_judged(lake: PublishedLake, table: Table) -> DataFrame:
    """The rows of the table; findings in shadow by their rate are active again."""
    rows = lake.read(table)
    if table is not FINDING or not lake.exists(SHADOWED):
        return rows
    shadowed = lake.read(SHADOWED).select("jr_id", F.lit("active").alias("judged_stas"))  # one row per finding
    told = rows.join(shadowed, on="jr_id", how="left")
    return told.withColumn("finding_stas", F.coalesce("judged_stas", "finding_stas")).select(*table.names)


def _compared(table: Table, rows: DataFrame) -> DataFrame:
    """The rows as the audit finds them, before waivers."""
    conformed = table.conform(rows)
    if table is not FINDING:
        return conformed
    state = F.when(F.col("finding_stas") == "waived", "active").otherwise(F.col("finding_stas"))
    return conformed.withColumn("finding_stas", state)


def _code(publications: list[Publication], published: Publication, months: dict[str, Judged]) -> str:
    """Whether the code at work is the one that judged the months: each by the last night that wrote findings of it."""
    judged_by: dict[str, str] = {}
    before = -1
    for publication in publications:
        if publication.publication_id > published.publication_id:
            break
        version = publication.versions.get(FINDING.name, -1)
        if version != before:
            judged_by |= dict.fromkeys(publication.judged_months, publication.code_version)
        before = version
    then = sorted({judged_by[month] for month in months if month in judged_by})
    if then == [code_version()]:
        return f"same code ({code_version()})"
    return f"the code differs: {', '.join(then)} judged, this is {code_version()}"
