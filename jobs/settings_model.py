"""What the settings are: names, types and limits. The values, with their reasons, are in ``conf/``."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, SecretStr

from lake.errors import BadInput
from lake.tables import SOURCE_TABLES
from rules.catalogue import RULE_TYPES
from rules.guard import Limit

IDENTITY_KEY = "FUNDGUARD_IDENTITY_KEY"
PROJECT = Path(__file__).resolve().parent.parent

VisitClass = Literal["OTP", "EMERG", "OPSP", "IPT", "DAYSURG", "PHARM", "MATN", "TRAUMA"]


def _day(text: object) -> date | None:
    if text == "":
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(text)):
        raise ValueError("a date like 2025-03-31, or empty")
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ValueError("a date that exists, like 2025-03-31, or empty") from None


def _truth(text: object) -> bool:
    if str(text).lower() not in ("true", "false"):
        raise ValueError("true or false")
    return str(text).lower() == "true"


def _entries(text: object) -> tuple[str, ...]:
    entries = tuple(entry.strip() for entry in str(text).split(";"))
    return tuple(entry for entry in entries if entry)


def _times_a_day(text: object) -> Fraction:
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9}|/0*[1-9]\d{0,8})?", str(text)) or not Fraction(str(text)):
        raise ValueError("a number or fraction above 0, like 2, 0.5 or 1/7")
    return Fraction(str(text))


def _frequency_text(text: object) -> str:
    name = str(text).strip().upper()
    if not name or re.search(r"""['"`\\{}\n]""", name):
        raise ValueError("a text without quotes, braces and backslashes")
    return name


def _prefix(text: object) -> str:
    if not re.fullmatch(r"[0-9A-Za-z]+", str(text)):
        raise ValueError("a code prefix of letters and digits")
    return str(text)


def _heap(text: object) -> str:
    if not re.fullmatch(r"[1-9][0-9]*[mg]", str(text)):
        raise ValueError("a size like 4g or 900m")
    return str(text)


def _column(name: object) -> str:
    known = {column.name for table in SOURCE_TABLES.values() for column in table.columns}
    if name not in known:
        raise ValueError("a column of a landing table")
    return str(name)


def _rule_type(name: object) -> str:
    if name not in RULE_TYPES:
        raise ValueError(f"a rule type, one of {', '.join(RULE_TYPES)}")
    return str(name)


Day = Annotated[date | None, BeforeValidator(_day)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Entries = Annotated[tuple[str, ...], BeforeValidator(_entries)]
Prefix = Annotated[str, BeforeValidator(_prefix)]
Heap = Annotated[str, BeforeValidator(_heap)]
Prefixes = Annotated[tuple[Prefix, ...], BeforeValidator(_entries)]
TimesADay = Annotated[Fraction, BeforeValidator(_times_a_day)]
FrequencyText = Annotated[str, BeforeValidator(_frequency_text)]
ColumnName = Annotated[str, BeforeValidator(_column)]
Columns = Annotated[tuple[ColumnName, ...], BeforeValidator(_entries)]
RuleTypeId = Annotated[str, BeforeValidator(_rule_type)]


class Section(BaseModel):
    """A group of settings; every one must be given, no other may be."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Identity(Section):
    mode: Literal["hmac", "clear"]


class Gate(Section):
    mode: Literal["enforce", "report"]


class Refuse(Section):
    include_drg: Truth


class Audit(Section):
    engine: Literal["auto", "spark", "duckdb"]
    embedded_max_lines: int = Field(ge=0)
    embedded_memory: Heap


class Guard(Section):
    candidates_per_line: int = Field(gt=0)
    flagged_share: Share
    min_lines: int = Field(ge=0)
    shape_seconds: float = Field(gt=0)
    types: dict[RuleTypeId, dict[Limit, Annotated[Decimal, Field(ge=0)]]] = Field(title="rule type>.<its limit")


class PriorOfKind(Section):
    violation: Share
    suspicion: Share


class Case(Section):
    prior_of_kind: PriorOfKind
    prior: dict[RuleTypeId, Share] = Field(title="rule type")

    def priors(self) -> dict[str, Decimal]:
        """The prior confirmation rate of every rule type, in catalogue order."""
        kinds = {"violation": self.prior_of_kind.violation, "suspicion": self.prior_of_kind.suspicion}
        return {name: self.prior.get(name, kinds[rule_type.kind]) for name, rule_type in RULE_TYPES.items()}


class Spark(Section):
    master: str = Field(min_length=1)
    driver_memory: Heap
    shuffle_partitions: int = Field(gt=0)
    snapshot_partitions: int = Field(gt=0)
    local_dir: str
    jars_dir: str = Field(min_length=1)
    ui: Truth
    conf: dict[str, str] = Field(title="Spark property")

    def jars(self) -> list[Path]:
        """Delta's jars; empty before `make setup`."""
        return sorted((PROJECT / self.jars_dir).glob("delta-*.jar"))

    def scratch(self) -> Path:
        """The folder of shuffle and spill files; a user's own below the temporary folder if none is set."""
        return Path(self.local_dir) if self.local_dir else Path(tempfile.gettempdir()) / f"fundguard-{os.getuid()}"

    def properties(self) -> dict[str, str]:
        """The Spark properties that these settings stand for, beyond those with an argument of their own."""
        own = {
            "spark.ui.enabled": str(self.ui).lower(),
            "spark.databricks.delta.snapshotPartitions": str(self.snapshot_partitions),
        }
        return own | self.conf


class Region(Section):
    drop_leading_zeros: Columns
    codes: dict[ColumnName, dict[str, str]] = Field(title="column>.<its value")


class Settings(Section):
    """All settings of one run. The identity key is held apart: it is in no dump, digest or printed form."""

    history_from: Day
    as_of: Day
    sample_share: Share
    identity: Identity
    gate: Gate
    refuse: Refuse
    guard: Guard
    audit: Audit
    case: Case
    spark: Spark
    hosp_rank: dict[int, Annotated[int, Field(ge=0, le=3)]] = Field(title="code")
    med_class: dict[Prefix, VisitClass] = Field(title="med_type prefix")
    inpatient_prefixes: Prefixes
    dose_frequency: dict[FrequencyText, TimesADay] = Field(title="text")
    region: Region

    _identity_key: SecretStr = PrivateAttr(default=SecretStr(""))

    def identity_key(self) -> bytes | None:
        """The key of the HMAC over psn_no; None in clear mode. Refused when hmac has no key."""
        if self.identity.mode == "clear":
            return None
        if not self._identity_key.get_secret_value():
            raise BadInput(f"identity.mode is hmac: put its key into the environment variable {IDENTITY_KEY}")
        return self._identity_key.get_secret_value().encode()

    def result_digest(self) -> str:
        """Hash of the settings that decide findings, coverage and refuse_list; the same on every machine."""
        return self._digest(leave_out={"spark", "audit", "gate", "case", "sample_share"})

    def publication_digest(self) -> str:
        """Hash of the settings that decide anything a night publishes, ranking and sample included."""
        return self._digest(leave_out={"spark", "audit", "gate"})

    def _digest(self, leave_out: set[str]) -> str:
        values = self.model_dump(mode="json", exclude=leave_out)
        return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
