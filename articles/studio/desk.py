"""The desk: what waits for whoever looks, each thing one click from the work on it.

Parts of the program register their lists; what has nothing to show takes no room.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Flask, current_app, render_template
from werkzeug.wrappers import Response as AnyResponse

from kb.caching import private
from kb.rights import Right, requires

SHOWN = 5  # items of a list; all of them are one click away
# From what others wait for to what can wait; "next" is shown where little else is.
ORDER = (
    "requests", "nobodys-requests", "unsaved", "returned", "reviews", "drafts", "gaps",
    "translations", "verify", "unhelpful", "broken",
)  # fmt: skip
NEXT = "next"
NOT_ONES_OWN = {"nobodys-requests", "unhelpful", "broken"}  # everybody's
LITTLE = 3  # things of one's own; fewer leave time for something new

blueprint = Blueprint("desk", __name__, url_prefix="/studio")


@dataclass(frozen=True, slots=True)
class Act:
    """A button beside an item; sends `fields` with the token of the form."""

    label: str
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """A thing to do: its name, where it is done, and what there is to know of it in a few words."""

    title: str
    url: str
    meta: str = ""
    locale: str = ""
    acts: Sequence[Act] = ()


@dataclass(frozen=True, slots=True)
class DeskList:
    """Things of one sort. `sentence` says how many; `items` are the first of them."""

    name: str
    heading: str
    sentence: str
    count: int
    items: Sequence[Item]
    all_url: str = ""


Maker = Callable[[], DeskList | None]


def register_list(app: Flask, name: str, make: Maker) -> None:
    """Show a list on the desk; `make` is called in a request of its reader, None: not for them."""
    app.extensions.setdefault("kb_desk", {})[name] = make


def lists() -> tuple[list[DeskList], DeskList | None]:
    """Return what waits for the signed-in person, and what they might do next if that is little."""
    makers: Mapping[str, Maker] = current_app.extensions.get("kb_desk", {})
    made = [makers[name]() for name in ORDER if name in makers]
    waiting = [each for each in made if each is not None and each.count]
    own = sum(each.count for each in waiting if each.name not in NOT_ONES_OWN)
    if own >= LITTLE or NEXT not in makers:
        return waiting, None
    following = makers[NEXT]()
    return waiting, following if following and following.count else None


@blueprint.get("/")
@requires(Right.READ_STUDIO)
def home() -> AnyResponse:
    """Show what waits, in sentences first."""
    waiting, following = lists()
    html = render_template(
        "studio_home.html",
        waiting=waiting,
        following=following,
        shown=SHOWN,
    )
    return private(html)


def init_app(app: Flask) -> None:
    """Serve the desk."""
    app.register_blueprint(blueprint)
