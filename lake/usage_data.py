"""Libraries that send usage data home by default are told not to: the one place."""

import os

SWITCHES = {"GX_ANALYTICS_ENABLED": "false"}


def switch_off() -> None:
    """Called before such a library is imported; the environment cannot switch it on again."""
    os.environ.update(SWITCHES)
