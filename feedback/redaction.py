"""Personal data taken out of what people type, before anything is stored."""

import re

EMAIL, PHONE, CARD, IBAN = "[e-mail]", "[phone]", "[card]", "[iban]"

_EMAIL = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+")
_IBAN = re.compile(r"\b[a-z]{2}\d{2}(?:[ .-]?[a-z0-9]){11,30}(?![a-z0-9])", re.IGNORECASE)
_CARD = re.compile(r"(?<!\d)\d(?:[ .-]?\d){12,18}(?!\d)")
_PHONE = re.compile(
    r"""(?<![\w.])(?:
        (?:\+|00[ .-]?)\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,7}   # international: +33 6 12 34 56 78
      | \(?0\d{1,4}\)?(?:[ .-]?\d{2,4}){2,5}                 # national: 06 12 34 56 78, (020) 7946 0958
      | \(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}                      # North American: 555-123-4567
      | \d{9,}                                               # any long number: order, customer, phone
    )(?!\w)""",
    re.VERBOSE,
)
_DIGITS = re.compile(r"\D")
# What stands before the digits of a reference: CMD-, clr-2026-. "tel-" announces the other thing.
_REFERENCE = re.compile(
    r"(?<![^\W\d_])(?!t[eé]l|mob|port|fax|phone|num|cell)[a-z]{1,5}[-_/](?:\d{2,6}[-_/])?$",
    re.IGNORECASE,
)
_REFERENCE_DIGITS = re.compile(r"(?:\d{2,6}[-_/])?(\d{1,10})")
_FRENCH_NUMBER = re.compile(r"0[1-9]\d{8}")
MIN_PHONE_DIGITS = 8
MAX_REFERENCE_DIGITS = 13  # cards have more
CARD_ISSUERS = "23456"  # what the numbers of payment cards begin with


def redact(text: str) -> str:
    """Replace e-mail addresses, phone, card and IBAN numbers by what they are.

    Redacting twice changes nothing. References with letters before them (CMD-04123456) stay: they name
    an order. Long bare numbers count as phone numbers: nobody can tell them apart.
    """
    text = _EMAIL.sub(EMAIL, text)
    text = _IBAN.sub(_iban, text)
    text = _CARD.sub(_card, text)
    return _PHONE.sub(_phone, text)


def _iban(found: re.Match[str]) -> str:
    """Redact up to where the number ends: words that follow it are part of the question."""
    words = found.group().split(" ")
    for size in range(len(words), 0, -1):
        if has_iban_checksum("".join(words[:size])):
            return " ".join([IBAN, *words[size:]])
    while words and not any(char.isdigit() for char in words[-1]):
        words.pop()
    number = " ".join(words)
    looks_right = sum(char.isdigit() for char in number) >= 10
    return (IBAN if looks_right else number) + found.group()[len(number) :]


def has_iban_checksum(text: str) -> bool:
    """Tell whether the letters and digits of `text` are a valid IBAN (ISO 13616, ISO 7064)."""
    compact = re.sub(r"[^A-Za-z0-9]", "", text).upper()
    if not 15 <= len(compact) <= 34 or not compact.isascii():
        return False
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1


def _card(found: re.Match[str]) -> str:
    if _is_reference(found):
        return found.group()
    is_card = found.group()[0] in CARD_ISSUERS and has_luhn_checksum(found.group())
    return CARD if is_card else PHONE


def has_luhn_checksum(text: str) -> bool:
    """Tell whether the digits of `text` have the check digit of payment cards (ISO/IEC 7812)."""
    digits = [int(char) for char in _DIGITS.sub("", text)]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _phone(found: re.Match[str]) -> str:
    digits = _DIGITS.sub("", found.group())
    is_phone = len(digits) >= MIN_PHONE_DIGITS and not _is_reference(found)
    return PHONE if is_phone else found.group()


def _is_reference(found: re.Match[str]) -> bool:
    """Tell whether digits follow the letters of a reference; a French number is one all the same."""
    digits = _REFERENCE_DIGITS.fullmatch(found.group())
    return (
        digits is not None
        and sum(map(str.isdigit, found.group())) <= MAX_REFERENCE_DIGITS
        and not _FRENCH_NUMBER.fullmatch(digits[1])
        and _REFERENCE.search(found.string[: found.start()]) is not None
    )
