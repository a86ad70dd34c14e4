"""Short names of requests, for people to read out: `K7MQ-4XTP`."""

import secrets

# No vowels, so that no word comes out; no characters that are taken for one another.
ALPHABET = "2346789BCDFGHJKMNPQRTVWXYZ"
GROUP, GROUPS = 4, 2  # 26 ** 8: two hundred thousand million, too many to guess


def new_reference() -> str:
    """Return a reference that nobody can guess."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def spelt(text: str) -> str:
    """Return a reference as it is stored, however somebody typed it."""
    letters = "".join(char for char in text.upper() if char in ALPHABET)
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))
