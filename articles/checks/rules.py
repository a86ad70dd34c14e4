"""All rules, applied."""

from articles.checks.draft import UNKNOWN, Draft, Facts
from articles.checks.findings import Finding
from articles.checks.linking import linking
from articles.checks.naming import naming
from articles.checks.prose import prose
from articles.checks.structure import structure

# What keeps a text from readers: it would leave some of them out, or show them our notes.
BLOCKING = frozenset({"image-alt", "image-alt-name", "template-left"})


def check(draft: Draft, facts: Facts = UNKNOWN) -> tuple[Finding, ...]:
    """Return what could be better, in the order in which a writer reads; any text is accepted."""
    found = [*naming(draft), *structure(draft), *linking(draft, facts), *prose(draft)]
    return tuple(sorted(found, key=lambda each: each.place))
