"""What tests share: refusals by code, counted queries, a browser, accessibility, pictures."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from socketserver import ThreadingMixIn
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections
from django.test.utils import CaptureQueriesContext

from gezhi.base.errors import Refusal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("GEZHI_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=zh-CN",
)


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that the database's account may pass through, gone afterwards.

    It lies beside pytest's own, which may be closed to everybody else.
    """
    with TemporaryDirectory(prefix="gezhi-test-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """What happens inside is declined with this code."""
    with pytest.raises(Refusal) as caught:
        yield caught
    assert caught.value.code == code, f"refused as {caught.value.code}: {caught.value.sentence}"


@contextmanager
def queries(most: int) -> Iterator[CaptureQueriesContext]:
    """What happens inside asks the database at most so often; the statements are shown else."""
    with CaptureQueriesContext(connection) as captured:
        yield captured
    asked = [query["sql"] for query in captured.captured_queries]
    assert len(asked) <= most, f"{len(asked)} queries, at most {most}:\n" + "\n".join(asked)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright; skips where neither is installed.

    Playwright runs an event loop in this thread, which Django would take for asynchronous code.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with playwright.sync_playwright() as driver:
            # dates and file fields are drawn in the browser's own language, not in the page's; the
            # locale is one that every machine has, for else file names in Chinese are not found
            chinese = os.environ | {"LANGUAGE": "zh_CN", "LC_ALL": "C.UTF-8"}
            browser = driver.chromium.launch(
                executable_path=CHROMIUM, args=list(FLAGS), env=dict(chinese)
            )
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def desk(browser: Browser, address: str, **options: Any) -> BrowserContext:
    """A visitor at an office desk: 1280 x 800, Chinese."""
    options.setdefault("viewport", {"width": 1280, "height": 800})
    return browser.new_context(base_url=address, locale="zh-CN", **options)


def phone(browser: Browser, address: str, **options: Any) -> BrowserContext:
    """A visitor with a small phone: 360 x 740, touch, Chinese."""
    options.setdefault("viewport", {"width": 360, "height": 740})
    return browser.new_context(
        base_url=address, locale="zh-CN", has_touch=True, is_mobile=True, **options
    )


def axe_clean(page: Page, *, but: tuple[str, ...] = ()) -> None:
    """No accessibility fault that axe-core finds on the page as it stands, save rules in `but`."""
    page.evaluate(AXE.read_text())
    rules = {rule: {"enabled": False} for rule in but}
    found = page.evaluate(
        "rules => axe.run(document, {resultTypes: ['violations'], rules})"
        ".then(run => run.violations.map(v => `${v.id}: ${v.help}: ${v.nodes[0].target}`))",
        rules,
    )
    assert not found, "\n".join(found)


def fits(page: Page) -> None:
    """The page does not scroll sideways."""
    beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert beyond <= 0, f"{beyond} px wider than the screen"


def watch(page: Page) -> list[str]:
    """A list that fills with what goes wrong in the browser: errors, and policy violations."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    return wrong


def screenshot(page: Page, name: str) -> None:
    """Keep a picture for the guide when asked to (`make shots` sets GEZHI_SHOTS to a folder)."""
    folder = os.environ.get("GEZHI_SHOTS")
    if folder:
        page.wait_for_load_state("networkidle")
        path = Path(folder) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, animations="disabled")


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's word
        """Say nothing: a test's output is about the test."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def serving(application: Callable[..., Any], *, shares: bool = False) -> Iterator[str]:
    """Serve a WSGI application on a free port of this machine; gives its address.

    With `shares` it answers one request after another on the test's own database connection, so
    that it sees what the test's transaction has written.
    """
    kind, served = (WSGIServer, _sharing(application)) if shares else (_Server, application)
    with make_server("127.0.0.1", 0, served, kind, _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with _held_open() if shares else nullcontext():
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()
            thread.join()


def _sharing(application: Callable[..., Any]) -> Callable[..., Any]:
    shared = connections["default"]

    def on_our_connection(environ: Any, start_response: Any) -> Any:
        connections["default"] = shared
        return application(environ, start_response)

    return on_our_connection


@contextmanager
def _held_open() -> Iterator[None]:
    """Our connection may be used by another thread, and no request's end closes it."""
    shared = connections["default"]
    shared.inc_thread_sharing()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        shared.dec_thread_sharing()
