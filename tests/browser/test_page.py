"""The page of a postmortem in a real headless Chromium: quiet, narrow, keyboard, paper, accessible.

Without Chromium or Playwright the tests are skipped and say so. The checker of accessibility comes from npm:
`npm ci --prefix tests/browser`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loganalyzer.pipeline import Settings, analyze
from loganalyzer.postmortem import build, render
from loganalyzer.redaction import Redactor
from tests.payloads import PAYLOADS, hostile_log

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e '.[dev]'")

TESTS = Path(__file__).resolve().parent.parent
AXE = Path(__file__).resolve().parent / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""A folder that is to get pictures of every page."""

LOGS = {
    "recovered": [TESTS / "incidents" / "heroku-port-hardcoded-rolled-back.log"],
    "open": [TESTS / "incidents" / "cloudfoundry-port-hardcoded-open.log"],
    "timeouts": [TESTS / "incidents" / "heroku-request-timeout-scaled.log"],
    "healthy": [TESTS.parent / "sample_logs" / "render-healthy.log"],
    "several": sorted((TESTS / "incidents").glob("cloudfoundry-*.log")),
}

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium once for the module."""
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the pages of the logs."""
    folder = tmp_path_factory.mktemp("pages")
    logs = dict(LOGS)
    for name in ("script", "right-to-left", "long-word", "template"):
        logs[f"hostile-{name}"] = [folder / f"{name}.log"]
        logs[f"hostile-{name}"][0].write_bytes(hostile_log(PAYLOADS[name]).encode())
    written = {}
    for name, paths in logs.items():
        settings = Settings(tuple(map(str, paths)))
        written[name] = folder / f"{name}.html"
        written[name].write_text(
            render(build(settings, analyze(settings), redactor=Redactor()), "html"), encoding="utf-8"
        )
    return written


class Opened:
    """A page that is open, with what it said and asked for."""

    def __init__(self, browser: Any, path: Path, **options: Any) -> None:
        """Open it."""
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())

    def close(self) -> None:
        """Close it."""
        self.context.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Any]:
    """Give a function that opens pages, and close them afterwards."""
    everything: list[Opened] = []

    def start(path: Path, **options: Any) -> Opened:
        one = Opened(browser, path, **options)
        everything.append(one)
        return one

    yield start
    for one in everything:
        one.close()


NAMES = [*LOGS, "hostile-script", "hostile-right-to-left", "hostile-long-word", "hostile-template"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_quiet_and_narrow(opened: Any, pages: dict[str, Path], name: str, width: int, scheme: str) -> None:
    """No message, no request but for the page itself, no scrolling sideways; pictures where they are wanted."""
    one = opened(pages[name], viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert one.said == []
    assert [url for url in one.asked if not url.startswith("data:")] == [pages[name].as_uri()]
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide = one.page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getClientRects().length && !e.closest('svg') && !e.closest('.scroll')"
        " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    assert wide == []
    if SCREENSHOTS:
        one.page.screenshot(path=str(Path(SCREENSHOTS) / f"{name}-{width}-{scheme}.png"), full_page=True)


@pytest.mark.parametrize("name", NAMES)
def test_opens_at_once(opened: Any, pages: dict[str, Path], name: str) -> None:
    """The page is ready in under a second."""
    one = opened(pages[name])
    took = one.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert took < 1000


@pytest.mark.parametrize("name", ["recovered", "open", "healthy", "several", "hostile-script"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(opened: Any, pages: dict[str, Path], name: str, scheme: str) -> None:
    """Names, structure and contrast are as WCAG 2.2 AA wants them."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci --prefix tests/browser")
    one = opened(pages[name], color_scheme=scheme, bypass_csp=True)
    one.page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    one.page.add_script_tag(path=str(AXE))
    found = one.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    told = [(rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found["violations"]]
    assert told == []


def test_filter_by_keyboard(opened: Any, pages: dict[str, Path]) -> None:
    """The timeline is narrowed and shown whole again without a mouse, and the number of entries is told."""
    page = opened(pages["recovered"]).page
    rows = page.locator("#app1-entries tbody tr")
    everything = rows.count()
    page.locator("form.filter select[name=kind]").focus()
    page.keyboard.type("rolled")
    assert page.evaluate("document.activeElement.value") == "rolled-back"
    shown = page.locator("#app1-entries tbody tr:not([hidden])")
    assert shown.count() == 1
    assert page.locator("form.filter output").inner_text() == f"1 of {everything} entries"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelectorAll('#app1-entries tbody tr:not([hidden])').length === {everything}")
    page.locator("form.filter select[name=time]").focus()
    page.keyboard.type("incident")
    assert page.locator("#app1-entries tbody tr:not([hidden]) .time").first.inner_text() == "2026-05-12 09:10:14"
    assert 0 < shown.count() < everything


def test_without_script(opened: Any, pages: dict[str, Path]) -> None:
    """Everything is there without a script, but for the filter."""
    page = opened(pages["recovered"], java_script_enabled=False).page
    assert page.locator("form.filter").is_hidden()
    for part in ("summary", "incidents", "changes", "timeline", "traffic", "evidence", "fix"):
        assert page.locator(f"#app1-{part}").is_visible()
    assert page.locator("#app1-entries tbody tr").count() > 5


def test_link_opens_its_line(opened: Any, pages: dict[str, Path]) -> None:
    """A link of the timeline leads to its line, also where that is folded away."""
    page = opened(pages["recovered"]).page
    links = page.locator("#app1-entries tbody a")
    assert links.count() > 5
    for number in range(links.count()):
        target = links.nth(number).get_attribute("href") or ""
        links.nth(number).click()
        page.wait_for_function("id => document.querySelector(id).getClientRects().length > 0", arg=target)


def test_on_paper(opened: Any, pages: dict[str, Path], tmp_path: Path) -> None:
    """Paper has no filter and no navigation, but the lines that are folded away on the screen."""
    page = opened(pages["recovered"], color_scheme="dark").page
    page.emulate_media(media="print")
    assert page.locator("form.filter").is_hidden()
    assert page.locator("nav").first.is_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("figure .wide svg").first.is_visible()
    page.pdf(path=str(tmp_path / "page.pdf"))
    assert (tmp_path / "page.pdf").stat().st_size > 10_000


def test_charts_are_named_images(opened: Any, pages: dict[str, Path]) -> None:
    """Each chart is one image with a name, drawn in colours of the style sheet."""
    page = opened(pages["timeouts"]).page
    charts = page.locator("figure .wide svg")
    assert charts.count() == 5  # two of them show the incident from near
    for number in range(5):
        assert charts.nth(number).get_attribute("role") == "img"
        assert charts.nth(number).locator("title").text_content()
    colors = page.evaluate("[...document.querySelectorAll('figure .wide svg *')].map(e => getComputedStyle(e).fill)")
    assert len(set(colors)) > 3


def test_hostile_text_runs_nothing(opened: Any, pages: dict[str, Path]) -> None:
    """A script in a log is text."""
    page = opened(pages["hostile-script"]).page
    assert page.evaluate("document.scripts.length") == 1
    assert page.get_by_text("<script>alert('zq9')</script>").first.is_visible()
