"""Rows that were set aside: listed, sent back to whoever sent them, and loaded again once they are put right."""

from jobs.rejects.export import export_rejects, list_rejects
from jobs.rejects.replay import replay

__all__ = ["export_rejects", "list_rejects", "replay"]
