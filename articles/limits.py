"""How long the words of an article may be: one answer for the editor, the API and imports.

A folder, an export or a sync may bring more (imports take files of 2 MB): that is kept, shown and can
be saved again as long as it does not grow, see `at_most`.
"""

from collections.abc import Collection, Sized

TITLE = 400  # characters; whole questions of 300 are in use
SUMMARY = 2_000  # characters
BODY = 500_000  # characters: a book of 200 pages; its preview takes a second of a processor
PHRASES, PHRASE = 100, 300  # questions, synonyms or keywords; characters of each
SLUG = 80  # characters
MESSAGE = 300  # characters: why it was written, for colleagues
TAGS, TAG, OWNER = 20, 40, 120  # characters, but for the first


def at_most(limit: int, stored: Sized) -> int:
    """Return how long something may be that is stored already: what is longer need not be cut."""
    return max(limit, len(stored))


def longest(texts: Collection[str]) -> str:
    """Return the longest of some texts, "" where there are none."""
    return max(texts, key=len, default="")
