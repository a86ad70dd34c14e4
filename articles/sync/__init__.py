"""A folder of Markdown and the site, kept the same in both directions."""

from articles.sync.report import Direction, SyncOptions, SyncReport
from articles.sync.running import sync_folder

__all__ = ["Direction", "SyncOptions", "SyncReport", "sync_folder"]
