"""What a mail says, apart from what it repeats: pure, and linear in the length of a mail.

Mail programs announce what they repeat by a line ("On …, … wrote:"), by the headers of the repeated
mail, or by a ruler; each in the language of its owner. What nothing announces is told by its ">".
Signatures stay: a telephone number under a name is what a colleague looks for.
"""

import re
from dataclasses import dataclass

MAX_ANNOUNCEMENT = 3  # lines over which programs break "On …, … wrote:"
MAX_LINE = 400  # characters of a line that can announce anything
LEAST_HEADERS = 2  # of a repeated mail that make a block of headers

# Above it stands what a colleague answers by mail; below it, what is not for the customer.
MARK = "· · ·"

_QUOTED = re.compile(r"^[>|]\s?")
# "On …, … wrote:", "Le … a écrit :"; of other programs of the two languages, and of neighbours.
_WROTE = re.compile(
    r"^(?:on|le|el|il|am|op)\s.{4,}?(?:wrote|writes|a\s+écrit|écrivait|escribió|ha\s+scritto|schrieb.*"
    r"|schreef.*)\s?:$"
    r"|^.{2,120}?\s(?:a\s+écrit|wrote)\s?(?:on\s.{4,}|le\s.{4,})?:$"
    r"|^\d{4}-\d\d-\d\d.{3,120}?<\S+@\S+>\s?:$",
    re.IGNORECASE,
)
_BEGINS_WROTE = re.compile(r"^(?:on|le|el|il|am|op)\s.*(?:\d|<)", re.IGNORECASE)
_DATED = re.compile(r"\d|<\S+@\S+>")
_UNDERSCORES = re.compile(r"\n[ \t]*_{20,}[ \t]*$")  # Outlook draws them above the headers
_RULER = re.compile(
    r"^(?:-{2,}|_{2,})\s*(?:original message|message d['’]origine|message original|mail original"
    r"|message transféré|forwarded message|ursprüngliche nachricht|mensaje original"
    r"|messaggio originale|reply message|début du message réexpédié)\s*:?\s*(?:-{2,}|_{2,})?$"
    r"|^(?:begin forwarded message|début du message réexpédié|message transféré)\s?:$"
    r"|^>?\s*message du \d{1,2}/\d{1,2}/\d{2,4}(?:\s.*)?$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\*?\s*(?P<name>from|sent|date|to|cc|subject|reply-to|de|envoyé|envoyé le|date|à|a|copie à|cc"
    r"|objet|von|gesendet|an|betreff|enviado|para|asunto|da|inviato|oggetto)\s?:\*?(?:\s|$)",
    re.IGNORECASE,
)
_BEGINS_HEADERS = {"from", "de", "von", "da", "sent", "envoyé", "gesendet"}
_BLANKS = re.compile(r"[\u00a0\u202f\u2007\u200b\ufeff]")


@dataclass(frozen=True, slots=True)
class Split:
    """What somebody wrote, and what their mail repeated below or between it."""

    fresh: str
    quoted: str = ""


def split(text: str) -> Split:
    """Return a mail's own words and what it repeats; a mail that repeats alone is left whole.

    Answers between the lines that they answer keep those lines: neither makes sense by itself.
    """
    lines = text.splitlines()
    begin = _announced(lines)
    if begin is None:
        begin = _trailing_quote(lines)
    fresh, quoted = _UNDERSCORES.sub("", _joined(lines[:begin])).rstrip(), _joined(lines[begin:])
    if _has_answers(lines[begin:]):
        return Split(text.strip())
    return Split(fresh, quoted) if fresh else Split(text.strip())


def above_mark(text: str) -> str | None:
    """Return what stands above the mark of a notice to colleagues; None where the mark is missing."""
    lines = text.splitlines()
    at = next((number for number, line in enumerate(lines) if MARK in _plain(line)), None)
    return None if at is None else "\n".join(lines[:at])


def _announced(lines: list[str]) -> int | None:
    """Return where the first line stands that announces what is repeated."""
    plain = [_bare(line) for line in lines]
    for number in range(len(plain)):
        if _RULER.match(plain[number]) or _wrote(plain, number) or _is_headers(plain, number):
            return number
    return None


def _wrote(plain: list[str], at: int) -> bool:
    """Tell a line that says when who wrote what follows, also where a program broke it.

    Without a date or an address ("The shop wrote:") they are words of the mail itself.
    """
    longest = MAX_ANNOUNCEMENT if _BEGINS_WROTE.match(plain[at]) else 1
    for length in range(1, longest + 1):
        whole = " ".join(plain[at : at + length])
        if len(whole) <= MAX_LINE and _WROTE.match(whole) and _DATED.search(whole):
            return True
    return False


def _is_headers(plain: list[str], at: int) -> bool:
    """Tell the first of several headers of a repeated mail, one below the other."""
    first = _HEADER.match(plain[at])
    if first is None or first["name"].lower() not in _BEGINS_HEADERS:
        return False
    names = {first["name"].lower()}
    for line in plain[at + 1 : at + 7]:
        found = _HEADER.match(line)
        if found is not None:
            names.add(found["name"].lower())
    return len(names) > LEAST_HEADERS


def _trailing_quote(lines: list[str]) -> int:
    """Return where the quoted lines begin with which a mail ends; its end where there are none."""
    begin = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        line = _plain(lines[number])
        if _QUOTED.match(line):
            begin = number
        elif line:
            break
    return begin


def _has_answers(lines: list[str]) -> bool:
    """Tell whether somebody wrote between the quoted lines: what was quoted goes on after it."""
    is_quoted = [bool(_QUOTED.match(_plain(line))) for line in lines]
    if True not in is_quoted:
        return False
    first, last = is_quoted.index(True), len(lines) - 1 - is_quoted[::-1].index(True)
    # Programs break long quoted lines, so that one word alone may have lost its mark.
    between = [
        line
        for line, quoted in zip(lines[first:last], is_quoted[first:last], strict=True)
        if not quoted and len(line.split()) > 2
    ]
    alone = [
        number
        for number in range(first + 1, last)
        if not is_quoted[number] and lines[number].strip() and not lines[number - 1].strip()
    ]
    return bool(between and alone)


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip()


def _plain(line: str) -> str:
    return _BLANKS.sub(" ", line[:MAX_LINE]).strip()


def _bare(line: str) -> str:
    """Return a line without the marks of a quotation, inside which programs announce too."""
    plain = _plain(line)
    while _QUOTED.match(plain):
        plain = plain[1:].lstrip()
    return plain
