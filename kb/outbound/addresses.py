"""Which addresses of other programs may be asked at all. Plain Python.

Whoever writes a link, or enters an address, decides what the server connects to. So only machines of
the public internet are reached: an address in the own network, or one that only wraps it, is refused,
but for hosts that the operator has named.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit, urlunsplit

PORTS = {"http": 80, "https": 443}
MAX_URL = 2_000  # characters
MAX_HOST = 253
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


class NotALink(ValueError):
    """An address that is not looked at; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address as it is asked for; `host` in ASCII."""

    url: str
    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """Return where its robots.txt lies."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        usual = PORTS[self.scheme] == self.port
        return f"{self.scheme}://{shown}" + ("" if usual else f":{self.port}")


def target_of(address: str, *, any_port: bool = False) -> Target:
    """Return what an address leads to, its host in ASCII and without fragment; raises `NotALink`."""
    if len(address) > MAX_URL or any(char.isspace() or ord(char) < 32 for char in address.strip()):
        raise NotALink("too long, or broken by spaces")
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError as error:
        raise NotALink(str(error)) from error
    scheme = parts.scheme.lower()
    if scheme not in PORTS:
        raise NotALink("neither http nor https")
    if parts.username is not None or parts.password is not None:
        raise NotALink("holds a name or a password")
    if not any_port and port not in {None, PORTS[scheme]}:
        raise NotALink(f"asks for port {port}")
    host, port = _ascii_host(parts.hostname or ""), port or PORTS[scheme]
    return Target(_url(parts, scheme, host, port), scheme, host, port)


def receiver_of(address: str, private: Container[str] = frozenset()) -> Target:
    """Return where messages may be sent: any port by https, and http to `private` hosts alone.

    Raises `NotALink`.
    """
    target = target_of(address, any_port=True)
    if target.scheme != "https" and target.host not in private:
        raise NotALink("does not begin with https://")
    return target


def _ascii_host(host: str) -> str:
    """Return the name of a host as the net knows it."""
    if ":" in host:
        try:
            return str(IPv6Address(host))
        except ValueError as error:
            raise NotALink("no such host") from error
    try:
        # As browsers do before they look a name up: each label, in the Punycode of IDNA.
        name = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise NotALink("no such host") from error
    if not name or len(name) > MAX_HOST or not all(map(_LABEL.fullmatch, name.split("."))):
        raise NotALink("no such host")
    return name


def _url(parts: SplitResult, scheme: str, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    shown += "" if port == PORTS[scheme] else f":{port}"
    path = _encoded(parts.path or "/")
    return urlunsplit((scheme, shown, path, _encoded(parts.query), ""))


def _encoded(text: str) -> str:
    """Return a path or query in ASCII; what is encoded already stays."""
    return "".join(
        char if 32 < ord(char) < 127 else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in text
    )


def is_public(address: str) -> bool:
    """Tell whether an IP address is of a machine on the public internet, not of one nearby.

    Not: private and link-local networks (the metadata of clouds among them), shared ones of carriers,
    loopback, multicast, reserved. An IPv6 address that stands for an IPv4 one is as good as that.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = _embedded(found)
        if inner is not None:
            return is_public(str(inner))
        if found.scope_id or found.is_site_local or found.teredo or found in _NAT64_LOCAL:
            return False
    return found.is_global and not (
        found.is_multicast or found.is_reserved or found.is_unspecified or found.is_private
    )


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address to which packets for this one are really carried."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
