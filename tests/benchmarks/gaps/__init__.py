"""Gaps planted in a site, visitors who meet them, and whether the report says so."""
