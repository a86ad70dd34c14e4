"""Who a visitor is, as little as is needed: a keyed hash that rotates, never an address.

The hash covers the network address and the browser's name, so that a search made before any
interaction belongs to the same visit as the vote that follows. The first interaction puts it into a
signed cookie, which holds when the address changes. Two people behind one address with the very same
browser count as one: a vote too few, where a random identity would let a script without cookies vote
without end.

The origin is the network a visitor comes from, as coarse as still tells a machine from the rest: a
block of 256 IPv4 addresses or of 256 households of IPv6, hashed with a key and the day. It limits what
one machine can say under many names, and is worth nothing a day later.
"""

import hashlib
import hmac
import ipaddress
import re
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from flask import Request, Response, current_app, g
from flask_security import current_user

from kb.api.callers import caller, current_key
from kb.api.problems import is_for_programs
from kb.customers.present import current_customer
from kb.db import utc_now
from kb.locales import settings
from kb.security import FOR_PROGRAMS
from kb.signing import NotSigned, Signed

COOKIE = "kb_visitor"
NAMES = Signed("feedback.visitor")
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
NAME_HEADER = "X-KB-Visitor"  # by which callers of the API tell their users apart
MAX_NAME_LENGTH = 200  # characters
ID_LENGTH = 32  # hexadecimal digits, 128 bits
# What one holder is given: 256 neighbours in both, as homes have a /56 of IPv6.
NETWORK_BITS = {4: 24, 6: 48}

# Programs that name themselves; behaviour is judged elsewhere. "Headless" is not among them: people
# automate their own browsers, and what they say counts.
_BOT = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|scrape|archiver|facebookexternalhit|embedly|preview|monitor"
    r"|uptime|pingdom|lighthouse|pagespeed|validator|feedfetcher|mediapartners"
    r"|\b(?:curl|wget|libwww|python|java|go-http-client|okhttp|axios|node-fetch|scrapy|httpx?|ruby"
    r"|perl|php|aiohttp|guzzle\w*|postman\w*|apache-httpclient|gptbot|claudebot|bytespider)\b[/ -]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visitor of this rotation period."""

    id: str
    is_bot: bool = False
    is_staff: bool = False
    origin: str = ""
    is_private: bool = False  # asks not to be observed; what they send on purpose counts
    customer_id: int | None = None  # whom a signed token of the company's own site named


def is_bot(user_agent: str) -> bool:
    """Tell whether a browser's name is that of a program; people's browsers always have a name."""
    return not user_agent.strip() or _BOT.search(user_agent) is not None


def period_at(moment: datetime, rotation_days: int) -> int:
    """Return the number of the rotation period that `moment` falls in."""
    return (moment - EPOCH) // timedelta(days=rotation_days)


def hashed(address: str, user_agent: str, *, key: str, period: int) -> str:
    """Return the visitor id for an address and a browser in a period."""
    text = "\x1f".join((str(period), address, user_agent))
    return hmac.new(key.encode(), text.encode(errors="replace"), hashlib.sha256).hexdigest()[
        :ID_LENGTH
    ]


def origin_of(address: str, *, key: str, day: date) -> str:
    """Return the keyed hash of the network of an address, for one day; empty if it is no address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    network = ipaddress.ip_network((found, NETWORK_BITS[found.version]), strict=False)
    text = "\x1f".join(("origin", day.isoformat(), str(network)))
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:ID_LENGTH]


def asks_for_privacy(request: Request) -> bool:
    """Tell whether the browser sends Global Privacy Control or Do Not Track, where that counts."""
    signals = (request.headers.get("Sec-GPC"), request.headers.get("DNT"))
    return settings().honour_privacy_signals and "1" in signals


def current_visitor(request: Request, *, at: datetime | None = None) -> Visitor:
    """Return who makes this request: by the signed cookie if it is of this period, else by hash.

    To the API, programs say who it is that they ask for.
    """
    if is_for_programs():
        return _visitor_of_call(request, at or utc_now())
    user_agent = request.user_agent.string
    moment = at or utc_now()
    period = period_at(moment, settings().visitor_rotation_days)
    identity = _from_cookie(request, period) or hashed(
        request.remote_addr or "", user_agent, key=_key(), period=period
    )
    return Visitor(
        identity,
        is_bot=is_bot(user_agent),
        is_staff=_is_staff(request),
        origin=origin_of(request.remote_addr or "", key=_key(), day=moment.date()),
        is_private=asks_for_privacy(request),
        customer_id=customer.id if (customer := current_customer()) else None,
    )


def origin_of_request(request: Request, *, at: datetime | None = None) -> str:
    """Return the network that a request comes from, as visits keep it; empty where it is unknown."""
    day = (at or utc_now()).date()
    return origin_of(request.remote_addr or "", key=_key(), day=day)


def program_visitor(
    key: str, *, session: str = "", origin: str = "", at: datetime | None = None
) -> Visitor:
    """Return who asks through a program of the company: an assistant, or a server with an API key.

    `key` names what it was let in by, `session` one conversation of many. Its user agent is that of a
    program, and says nothing about who asks: it is no robot. What comes without an `origin` was let
    in by a key, and is not judged by its haste (`feedback.programs`).
    """
    period = period_at(at or utc_now(), settings().visitor_rotation_days)
    customer = current_customer()
    return Visitor(
        hashed(f"program:{key}", session, key=_key(), period=period),
        origin=origin,
        customer_id=customer.id if customer else None,
    )


def _visitor_of_call(request: Request, at: datetime) -> Visitor:
    """Return for whom the API is called: whom the caller names, in words that mean nothing to us.

    With a key and no name, each call is somebody else's. Without a key the network counts too, as a
    script may claim to speak for as many as it likes.
    """
    named = request.headers.get(NAME_HEADER, "")[:MAX_NAME_LENGTH]
    if current_key() is not None:
        found = program_visitor(caller(), session=named or uuid.uuid4().hex, at=at)
        return replace(found, is_private=asks_for_privacy(request))
    address, user_agent = request.remote_addr or "", request.user_agent.string
    period = period_at(at, settings().visitor_rotation_days)
    customer = current_customer()
    return Visitor(
        hashed(
            address, f"{user_agent}\x1f{named}" if named else user_agent, key=_key(), period=period
        ),
        is_bot=not named and is_bot(user_agent),
        origin=origin_of(address, key=_key(), day=at.date()),
        is_private=asks_for_privacy(request),
        customer_id=customer.id if customer else None,
    )


def remember(response: Response, visitor: Visitor, request: Request) -> None:
    """Give the visitor a signed cookie until their period ends."""
    days = settings().visitor_rotation_days
    now = utc_now()
    period = period_at(now, days)
    ends = EPOCH + timedelta(days=days) * (period + 1)
    response.set_cookie(
        COOKIE,
        _named(visitor, period),
        max_age=ends - now,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def take_token(token: str) -> None:
    """Believe this token, instead of a cookie, as to who makes the request: of pages elsewhere."""
    g.visitor_token = token


def token_of(visitor: Visitor, *, at: datetime | None = None) -> str:
    """Return what stands for a visitor where no cookie can: signed, good for this period."""
    return _named(visitor, period_at(at or utc_now(), settings().visitor_rotation_days))


def _named(visitor: Visitor, period: int) -> str:
    return NAMES.text([period, visitor.id])


def named_by(text: str) -> str:
    """Return the visitor that the value of a cookie names, of any period; else the text itself."""
    try:
        _issued, identity = NAMES.read(text)
    except NotSigned:
        return text
    return str(identity)


def _key() -> str:
    key: str = current_app.config["SECRET_KEY"]
    return f"visitor:{key}"


def _from_cookie(request: Request, period: int) -> str | None:
    """Return who the visitor is by what was signed for them; the widget sends it, cookies or none."""
    kept = "" if request.path.startswith(FOR_PROGRAMS) else request.cookies.get(COOKIE, "")
    try:
        issued, identity = NAMES.read(g.get("visitor_token") or kept)
    except NotSigned:
        return None
    return identity if issued == period and isinstance(identity, str) else None


def _is_staff(request: Request) -> bool:
    # Without a session cookie nobody is signed in; looking anyway would make the answer vary by it.
    signed = {current_app.config["SESSION_COOKIE_NAME"], "remember_token"}
    return not signed.isdisjoint(request.cookies) and bool(current_user.is_authenticated)
