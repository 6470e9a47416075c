"""The gate in front of Streamlit: every request and websocket passes here first (pure ASGI).

Streamlit alone accepts a websocket without an Origin and from any local port, and sends no security headers.
The gate lets through only requests addressed to our own loopback name, from our own pages, for the paths the
pages need, and adds the headers. Login will come in here too.
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Asset = tuple[bytes, str]
"""A file of our own: its bytes and its media type."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
STREAM = "/_stcore/stream"
PASSED = ("/_stcore/health", "/_stcore/host-config", "/static/", "/media/", "/component/")
"""What the pages fetch over HTTP from Streamlit. Metrics, upload, agent and login routes stay shut."""
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; manifest-src 'self'; "
    # Streamlit and Plotly make style sheets at run time; a style cannot load anything from elsewhere
    "style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; "
    "frame-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'; object-src 'none'"
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
REFUSED = "拒绝访问: 请求不是从本机的回应台页面发出的。"
UNKNOWN = "没有这个地址。"
METHOD = "不支持这种请求。"


class Gate:
    """Wraps the Streamlit application. `pages` are the addresses answered with our own start page."""

    def __init__(
        self, app: Asgi, *, port: int, index: bytes, pages: Iterable[str], assets: dict[str, Asset]
    ) -> None:
        self._app = app
        self._hosts = frozenset(f"{name}:{port}" for name in LOOPBACK)
        self._index = index
        self._pages = frozenset(pages)
        self._assets = assets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or pass on one connection."""
        if scope["type"] == "http":
            await self._http(scope, receive, with_headers(send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if not self._is_ours(scope):
            await answer(send, 403, REFUSED)
        elif scope["method"] not in {"GET", "HEAD"}:
            await answer(send, 405, METHOD)
        elif path == "/healthz":
            await answer(send, 200, "ok")
        elif path in self._pages:
            await answer(send, 200, self._index, "text/html; charset=utf-8")
        elif path in self._assets:
            await answer(send, 200, *self._assets[path])
        elif path.startswith(PASSED):
            await self._app(scope, receive, send)
        else:
            await answer(send, 404, UNKNOWN)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        own_page = header(scope, b"origin") is not None
        if scope["path"] == STREAM and own_page and self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": "refused"})

    def _is_ours(self, scope: Scope) -> bool:
        host = header(scope, b"host")
        if host is None or host.lower() not in self._hosts:
            return False
        origin = header(scope, b"origin")
        if origin is not None and not _same(origin, host):
            return False
        return not _foreign_part(scope)


def _same(origin: str, host: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme in {"http", "ws"} and parts.netloc.lower() == host.lower()


def _foreign_part(scope: Scope) -> bool:
    """Whether another site's page asks for a part of ours; following a link to us is no harm."""
    site = header(scope, b"sec-fetch-site")
    mode = header(scope, b"sec-fetch-mode")
    return site in {"cross-site", "same-site"} and mode != "navigate"


def header(scope: Scope, name: bytes) -> str | None:
    """Return a header's value; None when it is missing, and when it is sent twice (nobody honest does)."""
    found = [value for key, value in scope["headers"] if key == name]
    return found[0].decode("latin-1") if len(found) == 1 else None


def with_headers(send: Send) -> Send:
    """Add the security headers to whatever answer passes, in place of any of the same name."""
    ours = {name for name, _ in HEADERS}

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message.get("headers", ()) if pair[0].lower() not in ours]
            message["headers"] = [*kept, *HEADERS]
        await send(message)

    return sending


async def answer(
    send: Send, status: int, body: bytes | str, kind: str = "text/plain; charset=utf-8"
) -> None:
    """Send one whole answer."""
    data = body.encode() if isinstance(body, str) else body
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(data)).encode()),
        (b"cache-control", b"no-cache"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
