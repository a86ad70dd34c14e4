"""Who asks through an assistant: as little as is needed to tell one conversation from another."""

import re
import time
from dataclasses import dataclass

from feedback.visitors import Visitor, program_visitor

CONVERSATION_SECONDS = 600  # what nobody names is one conversation for this long
MAX_NAME = 100  # characters of a conversation's name that count

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Caller:
    """What an assistant was let in by, and what it may see.

    `conversation`: where the assistant names none itself. `origin`: the network of a caller without
    a key, as of a visit; nobody vouches for such a one, so that it is judged by what it does.
    """

    name: str
    conversation: str = ""
    origin: str = ""
    sees_gaps: bool = False

    @property
    def is_vouched_for(self) -> bool:
        """Tell whether a key, or the operator of the site, has let it in."""
        return not self.origin


def visitor_of(caller: Caller, conversation: str = "") -> Visitor:
    """Return the visitor that a conversation is."""
    named = _SPACE.sub(" ", conversation).strip()[:MAX_NAME] or caller.conversation
    session = named or f"{caller.origin} {int(time.time() // CONVERSATION_SECONDS)}"
    return program_visitor(caller.name, session=session, origin=caller.origin)
