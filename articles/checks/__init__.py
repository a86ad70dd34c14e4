"""What could be better in a draft: rules as pure functions, and the words to say it in."""

from articles.checks.draft import UNKNOWN, Draft, Facts, Picture, Target
from articles.checks.facts import blocking, draft_of, facts_of
from articles.checks.findings import Field, Finding, Severity
from articles.checks.readability import Ease, Reading
from articles.checks.rules import BLOCKING, check

__all__ = [
    "BLOCKING",
    "UNKNOWN",
    "Draft",
    "Ease",
    "Facts",
    "Field",
    "Finding",
    "Picture",
    "Reading",
    "Severity",
    "Target",
    "blocking",
    "check",
    "draft_of",
    "facts_of",
]
