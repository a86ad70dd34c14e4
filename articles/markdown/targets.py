"""Where a Markdown source names other things: links, images, and HTML that a page will not show."""

import re
from collections.abc import Callable

_PLACES = re.compile(
    r"""
      (?P<fence>^[ >]*(?P<marks>`{3,}|~{3,})[^\n]*\n.*?(?:^[ >]*(?P=marks)[`~]*[ ]*$|\Z))
    | (?P<code>(?P<ticks>`+)(?!`)(?:[^`\n]|(?!(?P=ticks))`|\n(?!\s*\n))+?(?P=ticks)(?!`))
    | \]\(\s*(?:<(?P<angled>[^<>\n]*)>
        |(?P<plain>(?!<)(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))+)
        |(?P<spaced>[^()<>\n"]+\.\w{2,4}))
      (?P<title>\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)
    | ^[ ]{0,3}(?P<label>\[(?!\^)[^\]\n]+\]:[ \t]*)(?:<(?P<rangled>[^<>\n]*)>|(?P<rplain>\S+))
    | \b(?P<name>src|href|url)=(?P<quote>["'])(?P<value>[^"'\n]*)(?P=quote)
    | (?P<unsafe><(?:script|iframe|object|embed|style|form|link|meta|base)\b
        |<[a-zA-Z][^<>\n]*\son[a-z]{3,20}\s*=)
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_TARGETS = ("angled", "plain", "spaced", "rangled", "rplain", "value")
_UNSAFE_NAME = re.compile(r"<(\w+)(?:.*\s(on\w+)\s*=$)?", re.DOTALL)

Rewrite = Callable[[str, int], str | None]
"""Given a target and its offset, returns another target, or None to leave the link as it is."""


def replace_targets(
    source: str, rewrite: Rewrite, *, unsafe: Callable[[str, int], None] | None = None
) -> str:
    """Return Markdown with the targets of its links and images rewritten, code left alone.

    `unsafe` is told the name and offset of each tag or attribute that a page will not show.
    """
    if not any(mark in source for mark in ("](", "]:", "=", "<")):
        return source

    def replaced(match: re.Match[str]) -> str:
        whole = match[0]
        if match["fence"] or match["code"]:
            return whole
        if tag := match["unsafe"]:
            name = _UNSAFE_NAME.match(tag)
            if unsafe and name:
                unsafe((name[2] or name[1]).lower(), match.start())
            return whole
        target = next(value for name in _TARGETS if (value := match[name]) is not None)
        new = rewrite(target, match.start())
        if new is None:
            return whole
        if match["name"]:
            return f"{match['name']}={match['quote']}{new}{match['quote']}"
        return f"{match['label']}{new}" if match["label"] else f"]({new}{match['title'] or ''})"

    return _PLACES.sub(replaced, source)


def is_image(source: str, offset: int) -> bool:
    """Tell whether the target at an offset, as given to `Rewrite`, is that of an image."""
    if not source.startswith("](", offset):
        return source.startswith("src=", offset)
    depth = 0
    for place in range(offset, -1, -1):
        depth += {"]": 1, "[": -1}.get(source[place], 0)
        if depth == 0:
            return source[place - 1 : place] == "!"
    return False
