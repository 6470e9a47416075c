"""The web server: uvicorn, one worker, the gate, and Streamlit behind it with its options set from here."""

import asyncio
import logging
import re
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

import streamlit
import uvicorn
from streamlit import config as streamlit_config
from streamlit.starlette import App
from streamlit.web.bootstrap import load_config_options

from config.desk import Desk
from dashboard import place, text
from dashboard.console import say
from dashboard.gate import Asgi, Asset, Gate
from dashboard.pages import PAGES
from records.errors import WorkFailed

HERE = Path(__file__).resolve().parent
STATIC = Path(streamlit.__file__).resolve().parent / "static"
FONT = "'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
PALETTE = ["#1f4e79", "#b3402e", "#6b7f94", "#c28a2c", "#4d7c6f", "#7a5c8e", "#8c8c8c"]

OPTIONS: dict[str, Any] = {
    "browser.gatherUsageStats": False,  # else the reader's browser reports to data.streamlit.io
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,  # else error boxes link to outside services
    "client.toolbarMode": "minimal",
    "client.disableDataExport": True,  # collected text leaves through exports only (G03)
    "client.showSidebarNavigation": True,
    "global.developmentMode": False,
    "logger.level": "warning",
    "runner.magicEnabled": False,
    "server.allowRunOnSave": False,
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": 1,  # there is no upload; the gate refuses the route too
    "server.runOnSave": False,
    "server.showEmailPrompt": False,
    "server.scriptHealthCheckEnabled": False,
    "theme.base": "light",
    "theme.primaryColor": "#1f4e79",
    "theme.backgroundColor": "#ffffff",
    "theme.secondaryBackgroundColor": "#f3f5f8",
    "theme.textColor": "#1c2733",
    "theme.borderColor": "#d5dbe3",
    "theme.baseRadius": "4px",
    "theme.baseFontSize": 15,
    "theme.font": FONT,
    "theme.headingFont": FONT,
    "theme.codeFont": "'Noto Sans Mono CJK SC', monospace",
    "theme.showWidgetBorder": True,
    "theme.linkColor": "#1f4e79",
    "theme.chartCategoricalColors": PALETTE,
    "theme.sidebar.backgroundColor": "#eef2f6",
}
"""Streamlit's options; whatever a user's own configuration file or environment says, these win."""


def set_options() -> None:
    """Set Streamlit's options, over any file or environment variable."""
    load_config_options(dict(OPTIONS))


def start_page() -> bytes:
    """Return Streamlit's start page in our language, with our style sheet, without its outside pointers."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    page = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)
    page = re.sub(r"<noscript>.*?</noscript>", f"<noscript>{text.NO_SCRIPT}</noscript>", page, flags=re.DOTALL)  # fmt: skip
    page = re.sub(
        r"<script>.*?</script>", "", page, flags=re.DOTALL
    )  # inline: our policy refuses it anyway
    page = re.sub(r'<link\s+rel="service-desc"[^>]*>', "", page)
    page = re.sub(r'<link\s+rel="preload"[^>]*>', "", page)
    page = page.replace('<html lang="en">', '<html lang="zh-CN">')
    page = re.sub(r"<title>.*?</title>", f"<title>{text.PRODUCT}</title>", page)
    page = page.replace("./favicon.png", "./assets/desk.svg")
    return page.replace(
        "</head>", '<link rel="stylesheet" href="./assets/desk.css"></head>'
    ).encode()


def assets() -> dict[str, Asset]:
    """Return our own files by address."""
    kinds = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
    folder = HERE / "assets"
    found = {
        f"/assets/{file.name}": (file.read_bytes(), kinds[file.suffix])
        for file in sorted(folder.iterdir())
        if file.suffix in kinds
    }
    return found | {"/favicon.png": found["/assets/desk.svg"]}  # Streamlit asks for it by this name


def application(port: int) -> Asgi:
    """Return the gate with Streamlit behind it."""
    set_options()
    addresses = ["/", *(f"/{page.path}" for page in PAGES[1:])]
    return Gate(
        App(HERE / "app.py", on_script_error=failed),
        port=port,
        index=start_page(),
        pages=addresses,
        assets=assets(),
    )


def failed(error: Exception) -> bool:
    """Log an unforeseen error and show one sentence instead of Streamlit's own box."""
    traceback.print_exception(error, file=sys.stderr)
    streamlit.error(text.FAILED)
    return True


def warm() -> None:
    """Load what the first page needs, so the first reader does not wait for it."""
    import plotly.graph_objects  # noqa: F401, PLC0415 - loaded beside the start, not before it

    import response.commands  # noqa: F401, PLC0415 - see above
    import store.sqlite  # noqa: F401, PLC0415 - see above


def serve(desk: Desk, fd: int | None) -> int:
    """Serve the pages until told to stop; return the exit code."""
    settings = desk.settings
    if fd is None:
        listening = place.take_port(settings.text("host"), int(settings.number("port")))
        say(place.address_of(listening))
    else:
        listening = socket.socket(fileno=fd)
    logging.getLogger("streamlit").setLevel(logging.WARNING)
    port = int(listening.getsockname()[1])
    server = uvicorn.Server(
        uvicorn.Config(
            application(port),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws_max_size=1 << 20,
            timeout_graceful_shutdown=3,
        )
    )
    threading.Thread(target=warm, daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _heard)  # uvicorn raises the signal again once it has drained
    try:
        asyncio.run(server.serve(sockets=[listening]))
    except OSError as error:
        raise WorkFailed(f"网页服务停了: {error}") from error
    return 0 if server.started else 1


def _heard(number: int, frame: FrameType | None) -> None:
    """Do nothing: being told to stop is a clean end, exit code 0."""


def option(name: str) -> object:
    """Return an option as Streamlit sees it."""
    return streamlit_config.get_option(name)
