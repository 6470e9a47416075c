"""The pages in a real browser: from the hot list to the evidence, nothing leaves the machine, phone width, downloads."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dashboard.pages import PAGES
from tests.conftest import missing
from tests.dashboard_seed import CONCERT, HOSTILE, MEALS, PHONE, desk_in, fill

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
LOCAL = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
DONE = "[data-testid=stApp][data-test-script-state=notRunning]"
WIDE, PHONE_WIDTH = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def serving(folder: Path, port: int) -> Iterator[str]:
    """Serve the pages over a data folder until the caller is done."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251 - a child's environment is made from ours
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "serve"],
        cwd=ROOT,
        env=kept | {"HUIYING_DATA_DIR": str(folder), "HUIYING_PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    _wait_for(url)
    yield url
    process.terminate()
    process.wait(timeout=15)
    process.stdout.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the small invented desk at the week's end."""
    folder = tmp_path_factory.mktemp("browser")
    fill(desk_in(folder))
    yield from serving(folder, 18900)


@pytest.fixture
def replaying(tmp_path: Path) -> Iterator[str]:
    """Serve the same desk while its week is still being walked, an hour in six seconds."""
    fill(desk_in(tmp_path, gone=timedelta(seconds=860), rate=600.0))
    yield from serving(tmp_path, 18950)


def _wait_for(url: str) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the web server did not answer")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium."""
    if shutil.which(CHROMIUM) is None:
        missing(CHROMIUM)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a fresh browser context in which a request to the outside is remembered and stopped."""
    opened = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    yield opened
    opened.close()


@pytest.fixture
def outside(context: BrowserContext) -> list[str]:
    """Collect every request that does not stay on the machine."""
    found: list[str] = []
    context.on("request", lambda request: None if request.url.startswith(LOCAL) else found.append(request.url))  # fmt: skip
    return found


def opened(context: BrowserContext, url: str) -> Page:
    """Open a page and wait until it is drawn."""
    page = context.new_page()
    page.set_default_timeout(45_000)
    page.goto(url)
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until the script has run."""
    page.wait_for_selector(DONE)
    page.wait_for_timeout(400)
    page.wait_for_selector(DONE)


def test_from_the_hot_list_to_the_evidence_of_a_flagged_issue(
    context: BrowserContext, address: str, outside: list[str]
) -> None:
    """The walk of issue and evidence: row, reasons, clock, chart, evidence with its source, and on to the topic."""
    page = opened(context, address)
    expect(page.get_by_text("示例数据", exact=True)).to_be_visible()
    page.get_by_role("button", name=MEALS).first.click()
    settle(page)
    detail = page.locator(".st-key-detail")
    expect(detail.get_by_text("为什么立议题")).to_be_visible()
    expect(detail.get_by_text("1 小时内 12 篇提到学生身体不适")).to_be_visible()
    expect(detail.get_by_text("C03 逾期").first).to_be_visible()
    expect(detail.locator(".js-plotly-plot .bars path").first).to_be_visible()
    detail.get_by_text("证据 (2 件)").click()
    expect(detail.get_by_text("孩子们放学都说…")).to_be_visible()
    links = detail.get_by_role("link", name="原文")
    expect(links).to_have_count(1)
    detail.get_by_role("link", name="查看话题").click()
    page.wait_for_url("**/topic?event=*")
    settle(page)
    expect(page.get_by_text("每小时发文量, 按态度")).to_be_visible()
    assert outside == []


def test_the_hottest_event_is_explained_and_carries_no_flag(
    context: BrowserContext, address: str
) -> None:
    """A click on it says why it is no issue."""
    page = opened(context, address)
    page.get_by_role("button", name=CONCERT).first.click()
    settle(page)
    detail = page.locator(".st-key-detail")
    expect(detail.get_by_text("为什么不立议题")).to_be_visible()
    expect(detail.get_by_text("答复时限")).to_have_count(0)


ENGLISH = (
    "Running",
    "Deploy",
    "Press Enter",
    "Choose an option",
    "No results",
    "Rerun",
    "Settings",
)


def test_no_page_asks_anything_of_the_outside_or_runs_collected_text(
    context: BrowserContext, address: str, outside: list[str]
) -> None:
    """Every page over hostile records: no request leaves, no script runs, no personal number, no word of Streamlit's."""
    page = opened(context, address)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    for spec in PAGES:
        page.goto(address if spec is PAGES[0] else f"{address}/{spec.path}")
        settle(page)
        html = page.content()
        assert PHONE not in html
        assert 'evil.test/b.png"' not in html
        words = page.locator("body").inner_text()
        assert [english for english in ENGLISH if english in words] == []
        expect(page.get_by_text("示例数据, 纯属虚构").first).to_be_visible()
    page.goto(address)
    settle(page)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    expect(page.get_by_role("button", name=HOSTILE[:20]).first).to_be_visible()
    assert outside == []


def test_a_phone_shows_every_page_without_sideways_scrolling(
    browser: Browser, address: str
) -> None:
    """390 pixels wide: nothing sticks out, the banner and the time are seen."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True
    )
    page = opened(context, address)
    for spec in PAGES:
        page.goto(address if spec is PAGES[0] else f"{address}/{spec.path}")
        settle(page)
        expect(page.get_by_text("示例数据", exact=True)).to_be_in_viewport()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{spec.path} is {wide} pixels wide"
    page.locator("[data-testid=stExpandSidebarButton]").click()
    page.get_by_role("link", name="简报").click()
    page.wait_for_url("**/brief")
    context.close()


def test_the_briefing_is_taken_along_as_a_file(context: BrowserContext, address: str) -> None:
    """Markdown and HTML downloads hold the page's sentences."""
    page = opened(context, f"{address}/brief")
    for name, sign in (("下载 Markdown", "# "), ("下载 HTML", "<!DOCTYPE html>")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name).click()
        words = Path(waiting.value.path()).read_text(encoding="utf-8")
        assert words.startswith(sign)
        assert MEALS in words


def test_the_leaders_page_is_one_page_of_paper(context: BrowserContext, address: str) -> None:
    """Printed, the sheet stands alone on one A4 page."""
    page = opened(context, f"{address}/brief")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_a_search_for_a_number_is_refused_on_the_page(
    context: BrowserContext, address: str
) -> None:
    """The sentence is shown and no result is listed."""
    page = opened(context, f"{address}/find")
    box = page.get_by_role("textbox", name="检索词")
    box.fill(PHONE)
    box.press("Enter")
    expect(page.get_by_text("本系统只查议题、不查个人")).to_be_visible()
    expect(page.get_by_text("结果", exact=True)).to_have_count(0)


def test_pages_renew_themselves_during_the_replay_without_flicker(
    context: BrowserContext, replaying: str
) -> None:
    """Time moves on by itself; what the reader opened stays open, and nothing fades while it is renewed."""
    page = opened(context, replaying)
    clock = page.locator(".st-key-clock")
    expect(page.get_by_text("示例周回放中").first).to_be_visible()
    page.get_by_text("证据 (2 件)").click()
    shown = page.get_by_text("孩子们放学都说…")
    expect(shown).to_be_visible()
    before, faded = clock.inner_text(), 0
    for _ in range(40):
        page.wait_for_timeout(200)
        faded += int(page.evaluate(FADED))
    assert clock.inner_text() != before
    expect(shown).to_be_visible()
    assert faded == 0


FADED = """
() => [...document.querySelectorAll('[data-testid=stMain] [data-testid=stElementContainer]')]
  .filter(element => Number(getComputedStyle(element).opacity) < 0.99).length
"""
"""Counts elements that are shown paler than they are."""
