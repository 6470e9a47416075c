"""Canonical addresses: one spelling for one page, without tracking and without an author's id in it."""

import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

TRACKING = re.compile(
    r"^(?:utm_\w+|spm|scm|share\w*|from_?\w+|refer\w*|wm|luicode|lfid|featurecode|ofid|openid|unionid|"
    r"isappinstalled|timestamp|_t|t_s|tt_from|req_id|gclid|fbclid|mibextid|bd_vid|hm\w{2}|clickid|"
    r"uid|u_?id|user_?id|author_?id|sudaref|display|retcode|is_all|is_hot)$",
    re.IGNORECASE,
)
"""Query parameters that tell where a reader came from or who wrote, never which page is meant."""

_SHARED = frozenset(
    [
        "timeline",
        "singlemessage",
        "groupmessage",
        "wx",
        "weixin",
        "wechat",
        "weibo",
        "qq",
        "qzone",
        "share",
        "app",
        "pc",
        "mobile",
        "rss",
        "search",
    ]
)
"""Values of `from` that tell the reader's way; any other may belong to the page."""
_AUTHOR_PATH = re.compile(r"^/(?:u/)?\d{5,12}/(?P<post>[A-Za-z0-9]{6,20})$")
"""weibo.com/<author>/<post>: the author's number is dropped, the post's kept."""


def canonical(url: str, base: str = "") -> str:
    """Return the one spelling of `url`; "" when it is no web address."""
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or parts.username:
        return ""
    usual = {"http": 80, "https": 443}[parts.scheme]
    netloc = (f"[{host}]" if ":" in host else host) + (
        f":{port}" if port not in (None, usual) else ""
    )
    sound = (parts.path or "/").encode("utf-8", "replace")  # a lone surrogate cannot be written
    path = quote(sound, safe="/%:@!$&'()*+,;=~-._")
    post = _AUTHOR_PATH.match(path) if host.endswith("weibo.com") else None
    if post:
        path = f"/detail/{post['post']}"
    return urlunsplit((parts.scheme, netloc, path, _query(parts.query), ""))


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [
        (key, value)
        for key, value in pairs
        if not TRACKING.match(key) and not (key == "from" and value.lower() in _SHARED)
    ]
    return urlencode(kept) if len(kept) < len(pairs) else query


def address_key(url: str) -> str:
    """Return what identifies a page: its canonical address, http and https being one."""
    return canonical(url).partition("://")[2]
