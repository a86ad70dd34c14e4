"""Links to videos: which they are, and what stands in their place until the reader asks for them."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from articles.markdown.tokens import start_tag
from articles.markdown.words import escaped, words_in

FILE_SUFFIXES = (".mp4", ".webm")
# Players that a page may frame once asked. PeerTube runs on any host, and cannot be listed.
PLAYER_HOSTS = ("www.youtube-nocookie.com", "player.vimeo.com", "geo.dailymotion.com")

_YOUTUBE_ID = re.compile(r"[\w-]{6,20}")
_VIMEO_PATH = re.compile(r"/(?:video/|channels/[\w-]+/)?(\d{5,12})(?:/(\w+))?/?")
_DAILYMOTION_ID = re.compile(r"x[a-z0-9]{4,12}")
_PEERTUBE_PATH = re.compile(r"/(?:w|videos/watch|videos/embed)/([A-Za-z0-9-]{20,40})")


@dataclass(frozen=True, slots=True)
class Video:
    """A video elsewhere: where people watch it, and the address of its player or file."""

    page: str
    player: str
    host: str
    is_file: bool = False


def video_at(address: str) -> Video | None:
    """Return the video that an absolute address leads to, None when it leads to something else."""
    try:
        url = urlsplit(address)
        host = (url.hostname or "").removeprefix("www.").removeprefix("m.")
        if url.scheme not in {"http", "https"} or not host:
            return None
        query = parse_qs(url.query)
    except ValueError:  # not an address at all
        return None
    if url.path.lower().endswith(FILE_SUFFIXES):
        return Video(address, address, host, is_file=True)
    player = (
        _youtube(host, url.path, query.get("v", [""])[0])
        or _vimeo(host, url.path)
        or _dailymotion(host, url.path)
        or _peertube(url.netloc, url.path)
    )
    return Video(address, player, _NAMES.get(host, host)) if player else None


_NAMES = {
    "youtube.com": "YouTube",
    "youtube-nocookie.com": "YouTube",
    "youtu.be": "YouTube",
    "vimeo.com": "Vimeo",
    "player.vimeo.com": "Vimeo",
    "dailymotion.com": "Dailymotion",
    "geo.dailymotion.com": "Dailymotion",
    "dai.ly": "Dailymotion",
}


def _youtube(host: str, path: str, query_id: str) -> str:
    if host == "youtu.be":
        found = path.strip("/")
    elif host in {"youtube.com", "youtube-nocookie.com"}:
        first, _, rest = path.strip("/").partition("/")
        found = (
            query_id if first == "watch" else rest if first in {"embed", "shorts", "live"} else ""
        )
    else:
        return ""
    return f"https://www.youtube-nocookie.com/embed/{found}" if _YOUTUBE_ID.fullmatch(found) else ""


def _vimeo(host: str, path: str) -> str:
    match = _VIMEO_PATH.fullmatch(path) if host in {"vimeo.com", "player.vimeo.com"} else None
    if not match:
        return ""
    private = f"?h={match[2]}" if match[2] else ""
    return f"https://player.vimeo.com/video/{match[1]}{private}"


def _dailymotion(host: str, path: str) -> str:
    if host == "dai.ly":
        found = path.strip("/")
    elif host == "dailymotion.com":
        found = path.removeprefix("/embed").removeprefix("/video/")
    else:
        return ""
    found = found.partition("_")[0]
    address = f"https://geo.dailymotion.com/player.html?video={found}"
    return address if _DAILYMOTION_ID.fullmatch(found) else ""


def _peertube(netloc: str, path: str) -> str:
    match = _PEERTUBE_PATH.fullmatch(path)
    return f"https://{netloc}/videos/embed/{match[1]}" if match else ""


def facade(video: Video, label: str, locale: str) -> list[str]:
    """Return a figure with a plain link; nothing is asked of the video's host before the click."""
    words = words_in(locale)
    if not label or label.startswith(("http:", "https:")):
        label = words.watch_on.format(host=video.host)
    figure = {"class": "video", "data-video-src": video.player}
    if video.is_file:
        figure["data-video-file"] = "true"
    link = {"class": "video-link external", "href": video.page, "rel": "noopener noreferrer"}
    return [
        start_tag("figure", figure),
        start_tag("a", link),
        escaped(label),
        "</a>",
        "</figure>",
    ]


def own_player(src: str, label: str, locale: str) -> list[str]:
    """Return a player for a file of this site, which loads nothing before the reader asks."""
    label = label or words_in(locale).watch
    player = {"controls": "controls", "preload": "none", "src": src, "aria-label": label}
    link = start_tag("a", {"href": src})
    return [
        start_tag("figure", {"class": "video"}),
        start_tag("video", player),
        link,
        escaped(label),
        "</a>",
        "</video>",
        "</figure>",
    ]
