"""Addresses: how they are spelt, where an old one leads now, and the list of all that lead elsewhere.

`leading` knows where every address leads, `moved` answers readers who ask for one that was left,
`redirects` lists them and takes those that people add, `spelling` gives each one form.
"""

from articles.addresses.leading import (
    SuccessorLoops,
    articles_now,
    is_served,
    keep_old,
    leave_category_address,
    left_behind,
    old_address,
    rename_category,
    succeed,
)
from articles.addresses.spelling import normalised

__all__ = [
    "SuccessorLoops",
    "articles_now",
    "is_served",
    "keep_old",
    "leave_category_address",
    "left_behind",
    "normalised",
    "old_address",
    "rename_category",
    "succeed",
]
