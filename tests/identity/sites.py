"""Settings of a site where wang may reveal, li may review and rotate."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from jobs.settings import Settings, load_settings
from jobs.settings_model import PROJECT
from tests.jobs.story import OVERRIDES

KEY, NEW_KEY = "a key of the county", "the county's next key"
ROLES = "access: {roles: {wang: reveal, li: review;rotate}}\n"
# The gate finds faults in batches of a few rows, and reports them.
NIGHT = ("identity.mode=hmac", "gate.min_rows=1", "gate.mode=report")
NOW = datetime(2025, 4, 2, 9, 30)  # noqa: DTZ001 - the site's own time
WOMEN_ONLY = "rule_id | rule_ver | med_list_codg | allowed_gend\nR1 | 1 | XA01 | 2"


def site(folder: Path, key: str = KEY, new_key: str = "", said: str = ROLES) -> Settings:
    """The settings with ``said`` in the site's own file, which lies in ``folder``/conf."""
    conf = folder / "conf"
    shutil.copytree(PROJECT / "conf", conf, dirs_exist_ok=True)
    (conf / "county.yaml").write_text(said, encoding="utf-8")
    environment = {"FUNDGUARD_ENV": "county", "FUNDGUARD_IDENTITY_KEY": key, "FUNDGUARD_NEW_IDENTITY_KEY": new_key}
    return load_settings([*OVERRIDES, *NIGHT], conf, environment)
