"""What the settings are: names, types and limits. The values, with their reasons, are in ``conf/``."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, SecretStr, field_validator

from expectations.check import QUARANTINE
from expectations.suites import ROW_CHECK_NAMES
from jobs.setting_types import (
    CheckName,
    ColumnName,
    Columns,
    Day,
    Days,
    FrequencyText,
    Heap,
    Prefix,
    Prefixes,
    Roles,
    RuleTypeId,
    Section,
    Share,
    TimesADay,
    Truth,
    VisitClass,
)
from jobs.settings_case import Case
from jobs.settings_risk import Model, Simulation
from lake.errors import BadInput
from lake.places import place
from rules.guard import Limit

IDENTITY_KEY = "FUNDGUARD_IDENTITY_KEY"
NEW_IDENTITY_KEY = "FUNDGUARD_NEW_IDENTITY_KEY"
PROJECT = Path(__file__).resolve().parent.parent


class Identity(Section):
    mode: Literal["hmac", "clear"]


class AccessSettings(Section):
    folder: str
    user_variable: str
    roles: dict[str, Roles] = Field(title="user")

    def folder_of(self, lake: Path) -> Path:
        """Where the identity store and the access records of a lake are."""
        return Path(self.folder) if self.folder else lake.resolve().with_name(f"{lake.resolve().name}-identity")


class GateVolume(Section):
    weeks: int = Field(gt=0)
    band: Share
    least: int = Field(gt=0)
    least_for_none: int = Field(gt=0)


class GateShare(Section):
    sums: Share
    references: Share
    times: Share
    refunds: Share
    codes: Share
    national_codes: Share
    domains: Share
    missing: Share
    duplicates: Share
    main_diagnosis: Share
    volume: Share
    missing_days: Share
    absent: Share


class Gate(Section):
    mode: Literal["enforce", "report"]
    min_rows: int = Field(ge=0)
    tolerance: Decimal = Field(ge=0, le=1, decimal_places=2)
    volume: GateVolume
    share: GateShare
    unusable_share: Share
    consequence: dict[CheckName, Literal["fail", "quarantine", "warn"]] = Field(title="table.check")

    @field_validator("consequence")
    @classmethod
    def _only_rows_are_set_aside(cls, wanted: dict[str, str]) -> dict[str, str]:
        for name, consequence in wanted.items():
            if consequence == QUARANTINE and name not in ROW_CHECK_NAMES:
                raise ValueError(f"fail or warn for {name}: it is not about single landed rows")
        return wanted


class Refuse(Section):
    include_drg: Truth


class Audit(Section):
    engine: Literal["auto", "spark", "duckdb"]
    embedded_max_lines: int = Field(ge=0)
    embedded_memory: Heap
    touched_only: Truth


class Guard(Section):
    candidates_per_line: int = Field(gt=0)
    flagged_share: Share
    min_lines: int = Field(ge=0)
    shape_seconds: float = Field(gt=0)
    types: dict[RuleTypeId, dict[Limit, Annotated[Decimal, Field(ge=0)]]] = Field(title="rule type>.<its limit")


class Features(Section):
    nightly: Literal["auto", "true", "false"]
    holidays: Days
    working_days: Days


class Spark(Section):
    master: str = Field(min_length=1)
    driver_memory: Heap
    shuffle_partitions: int = Field(gt=0)
    snapshot_partitions: int = Field(gt=0)
    local_dir: str
    shared_dir: str
    worker_python: str
    jars_dir: str = Field(min_length=1)
    ui: Truth
    event_log: str
    conf: dict[str, str] = Field(title="Spark property")

    def jars(self) -> list[Path]:
        """Delta's jars; empty before `make setup`."""
        return sorted((PROJECT / self.jars_dir).glob("delta-*.jar"))

    def s3_jars(self) -> Path:
        """Where the jars for an object store are, if they are."""
        return PROJECT / self.jars_dir / "s3"

    def scratch(self) -> Path:
        """The folder of shuffle and spill files; a user's own below the temporary folder if none is set."""
        return Path(self.local_dir) if self.local_dir else Path(tempfile.gettempdir()) / f"fundguard-{os.getuid()}"

    def shared(self) -> Path:
        """The folder of what the driver and the executors hand each other; the scratch folder if none is set."""
        return place(self.shared_dir) if self.shared_dir else self.scratch()

    def properties(self) -> dict[str, str]:
        """The Spark properties that these settings stand for, beyond those with an argument of their own."""
        own = {
            "spark.ui.enabled": str(self.ui).lower(),
            "spark.databricks.delta.snapshotPartitions": str(self.snapshot_partitions),
        }
        return own | self.conf


class Retention(Section):
    days: int = Field(gt=0)
    month_end_years: int = Field(ge=0)
    run_days: int = Field(gt=0)


class Region(Section):
    drop_leading_zeros: Columns
    codes: dict[ColumnName, dict[str, str]] = Field(title="column>.<its value")


class Settings(Section):
    """All settings of one run. Identity keys are held apart: they are in no dump, digest or printed form."""

    history_from: Day
    as_of: Day
    sample_share: Share
    identity: Identity
    access: AccessSettings
    gate: Gate
    refuse: Refuse
    guard: Guard
    audit: Audit
    case: Case
    features: Features
    retention: Retention
    model: Model
    simulation: Simulation
    spark: Spark
    hosp_rank: dict[int, Annotated[int, Field(ge=0, le=3)]] = Field(title="code")
    med_class: dict[Prefix, VisitClass] = Field(title="med_type prefix")
    inpatient_prefixes: Prefixes
    dose_frequency: dict[FrequencyText, TimesADay] = Field(title="text")
    region: Region

    _identity_key: SecretStr = PrivateAttr(default=SecretStr(""))
    _new_identity_key: SecretStr = PrivateAttr(default=SecretStr(""))

    def identity_key(self) -> bytes | None:
        """The key of the HMAC over psn_no; None in clear mode. Refused when hmac has no key."""
        if self.identity.mode == "clear":
            return None
        if not self._identity_key.get_secret_value():
            raise BadInput(f"identity.mode is hmac: put its key into the environment variable {IDENTITY_KEY}")
        return self._identity_key.get_secret_value().encode()

    def new_identity_key(self) -> bytes:
        """The key that the identity store is to be sealed under from now on; refused if there is none."""
        if not self._new_identity_key.get_secret_value():
            raise BadInput(f"put the new key into the environment variable {NEW_IDENTITY_KEY}")
        return self._new_identity_key.get_secret_value().encode()

    def result_digest(self) -> str:
        """Hash of the settings that decide findings, coverage and refuse_list; the same on every machine."""
        ranking = ("case", "features", "sample_share")
        return self._digest("spark", "audit", "gate", "access", "retention", "model", "simulation", *ranking)

    def publication_digest(self) -> str:
        """Hash of the settings that decide anything a night publishes, ranking and sample included."""
        return self._digest("spark", "audit", "gate", "access", "retention", "model", "simulation")

    def _digest(self, *leave_out: str) -> str:
        values = self.model_dump(mode="json", exclude={"features": {"nightly"}} | dict.fromkeys(leave_out, True))
        return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
