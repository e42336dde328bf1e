"""Nights as processes on a cluster, and what the same night publishes on this machine alone."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.standalone import HOST, Cluster
from tests.ingest.landing import cells, land
from tests.jobs.commands import ROOT, environment
from tests.jobs.nights import exported, night
from tests.jobs.story import land_batches, write_rules
from tests.rules.rulebooks import csv_file

PATIENCE = 1200  # seconds of a night on two busy cores; nothing is asserted about time
# A pack that p2 got is billed to p1 as well. Spark itself judges such a rule, the others are judged in tasks (0138).
SOLD_TWICE = """
    mdtrt_id | feedetl_sn | setl_id | psn_no | med_list_codg | fee_ocur_time       | cnt | pric  | det_item_fee_sumamt | drug_trac_codg
    m1       | f          | s1      | p2     | XC01          | 2025-03-03 09:00:00 | 1   | 45.00 | 45.00               | T77
    m3       | g          | s3      | p1     | XC01          | 2025-03-20 09:30:00 | 1   | 45.00 | 45.00               | T77
    """  # noqa: E501 - a table reads best whole
SOLD_ONCE = """
    rule_id | rule_ver | variant
    P1      | 1        | trace_code
    """
MONTH, DATE = "2025-03", "2025-04-01"
# What tests/jobs/story.py says of the reference: neither is a matter of where a night runs.
SAME_RESULT = ("identity.mode=clear", "sample_share=0", "features.nightly=false")


@dataclass(frozen=True)
class Site:
    """What lands and under which rules, and what a night by the embedded engine on this machine alone publishes of it."""

    landing: Path
    rules: Path
    published: dict[str, str]


def few_rows(folder: Path) -> Site:
    """The story of tests/jobs with one rule that looks beyond a person, and its night."""
    landing = land_batches(folder / "landing", "b1", "b2")
    land(landing, "b3", "fee_list_d", SOLD_TWICE)
    rules = write_rules(folder / "rules")
    csv_file(rules, "V29", cells(SOLD_ONCE))
    night(folder, landing, rules, MONTH)
    return Site(landing, rules, exported(folder))


def words(site: Site, lake: str, settings: Sequence[str]) -> list[str]:
    """`nightly` of the newest month."""
    options = ["--landing", str(site.landing), "--rules", str(site.rules), "--lake", lake]
    return ["nightly", *options, "--month", MONTH, "--date", DATE, *given((*SAME_RESULT, *settings))]


def given(settings: Sequence[str]) -> list[str]:
    """The settings as options of a command."""
    return [text for setting in settings for text in ("--set", setting)]


def settings_for(cluster: Cluster, folder: Path) -> tuple[str, ...]:
    """What a site changes in conf/cluster.yaml, for a cluster of two cores; event logs go to ``folder``/events."""
    return (
        f"spark.master={cluster.master}",
        f"spark.shared_dir={folder / 'shared'}",
        f"spark.local_dir={folder / 'local'}",
        f"spark.event_log={folder / 'events'}",
        "spark.driver_memory=1g",
        "spark.shuffle_partitions=4",
        "spark.snapshot_partitions=1",
        "spark.conf.spark.executor.cores=1",
        "spark.conf.spark.executor.memory=1g",
    )


def run_night(said: Sequence[str], at: str = "", act: Callable[[], None] | None = None, **variables: str) -> list[str]:
    """The lines of a command that has to succeed; ``act`` is called when one of them matches ``at``."""
    process = subprocess.Popen(  # noqa: S603 - this interpreter, words of the tests
        said, cwd=ROOT, env=environment(SPARK_LOCAL_IP=HOST, **variables), text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    lines = []
    try:
        for line in process.stderr:
            lines.append(line.rstrip())
            if act and re.search(at, lines[-1]):
                act()
                act = None
        code = process.wait(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
    assert code == 0, "\n".join(lines[-40:])
    assert act is None, f"no line says {at}"
    return lines
