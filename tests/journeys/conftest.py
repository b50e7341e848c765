"""The platform as it is installed, over a small town of its own, and browsers that walk in it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from PIL import Image

from gezhi.base.testing import ROOT, axe_clean, chromium, desk, fits, screenshot, watch
from gezhi.core.staff import totp
from gezhi.wiring.towns import Household, build_town, people_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
SHOTS = ROOT / "docs" / "guide" / "shots"
UP_WITHIN = 120.0
"""Seconds the platform may take to answer on a machine that others use as well."""


def _small_town() -> ModuleType:
    spec = spec_from_file_location("small_town", HERE / "small_town.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


small_town = _small_town()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shots", action="store_true", help="retake the pictures of docs/guide")


@pytest.fixture(scope="session", autouse=True)
def pictures(request: pytest.FixtureRequest) -> Iterator[None]:
    """With `--shots`, keep what the journeys show for the guide."""
    with pytest.MonkeyPatch.context() as patch:
        if getattr(request.config.option, "shots", False):
            patch.setenv("GEZHI_SHOTS", str(SHOTS))
        yield


# --- the platform -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def platform(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """`gezhi serve`, pages and worker, on a database of its own; the address it answers at."""
    from gezhi.core.cells.template import fingerprint

    with django_db_blocker.unblock():
        found = connection.get_connection_params()
        template = f"tpl_{fingerprint()}"
    params = {key: found[key] for key in ("host", "port", "user", "password") if key in found}
    name, port = f"journeys_{os.getpid()}", _free_port()
    var = tmp_path_factory.mktemp("platform")
    with psycopg.connect(dbname="postgres", autocommit=True, **params) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            environment = _environment(var, params | {"dbname": name})
            _run([str(HERE / "small_town.py")], environment)
            with (var / "log").open("w") as log:
                serving = subprocess.Popen(
                    [sys.executable, "-m", "gezhi.wiring.cli", "serve", "--port", str(port)],
                    env=environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
                try:
                    _await(port, serving, var / "log")
                    yield f"http://localhost:{port}"
                finally:
                    serving.send_signal(signal.SIGTERM)
                    serving.wait(60)
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _environment(var: Path, params: dict[str, Any]) -> dict[str, str]:
    """What the platform reads: nothing of the test run's own but the keys and ready files."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("GEZHI_")}
    where = "&".join(
        f"{key}={psycopg.conninfo.conninfo_to_dict(f'{key}={value}')[key]}"
        for key, value in params.items()
        if key in ("host", "port", "user", "password")
    )
    return own | {
        "DATABASE_URL": f"postgresql:///{params['dbname']}?{where}",
        "DJANGO_SETTINGS_MODULE": "gezhi.wiring.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "GEZHI_VAR": str(var),
        "GEZHI_KEYS": str(settings.KEY_FOLDER),
        "GEZHI_STATIC": str(Path(settings.VAR) / "journeys" / "static"),
        "GEZHI_POOL_SIZE": "4",
        "GEZHI_WEB_WORKERS": "1",
    }


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _await(port: int, serving: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + UP_WITHIN
    while time.monotonic() < deadline and serving.poll() is None:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            asked.request("GET", "/health/ready/", headers={"Host": "localhost"})
            answer = asked.getresponse()
            answer.read()
            if answer.status == 200:
                return
        except OSError:
            pass
        finally:
            asked.close()
        time.sleep(0.1)
    pytest.fail(f"the platform does not answer:\n{log.read_text()}")


# --- those who walk through it ------------------------------------------------------------


class Visits:
    """Browsers of people of the cast; nothing may go wrong in any of them."""

    def __init__(self, browser: Browser, address: str, known: dict[str, Any]) -> None:
        self._browser, self._address, self._known = browser, address, known
        self._opened: list[tuple[Page, list[str]]] = []

    def __call__(
        self, username: str = "", *, at: Callable[..., Any] = desk, **options: Any
    ) -> Page:
        """A page of somebody signed in, or of a stranger."""
        if username and username not in self._known:
            with desk(self._browser, self._address) as context:
                sign_in(context.new_page(), username)
                self._known[username] = context.storage_state()
        if username:
            options["storage_state"] = self._known[username]
        page: Page = at(self._browser, self._address, **options).new_page()
        page.set_default_timeout(30_000)
        self._opened.append((page, watch(page)))
        return page

    def close(self) -> None:
        """Close every browser; a fault in any of them is told."""
        wrong = []
        for page, told in self._opened:
            # a form sent back with its faults marked, or with a question, is an answer, though
            # browsers log it
            answers = ("status of 422", "status of 409")
            wrong += [line for line in told if not any(one in line for one in answers)]
            page.context.close()
        assert wrong == []


def sign_in(page: Page, username: str) -> None:
    """In by name and password, as at the office; administrators show their telephone's code."""
    page.goto("/sign-in/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(small_town.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    if "/second-factor/" in page.url:
        show_code(page)


def show_code(page: Page) -> None:
    """Answer the question for the second factor with what the telephone shows now."""
    code = totp.code_at(small_town.TOTP_SECRET, datetime.now(UTC))
    page.get_by_label("动态口令").fill(code)
    page.get_by_role("button", name="验证").click()
    page.wait_for_url(lambda url: "/second-factor/" not in url)


@pytest.fixture(scope="session")
def telephone() -> Callable[[Page], None]:
    """The telephone in everybody's pocket that shows the second factor."""
    return show_code


@pytest.fixture(scope="session")
def enter() -> Callable[[Page, str], None]:
    """How people come in."""
    return sign_in


@pytest.fixture(scope="session")
def driver() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def known() -> dict[str, Any]:
    """Who has signed in already, with their cookies."""
    return {}


@pytest.fixture
def visit(driver: Browser, platform: str, known: dict[str, Any]) -> Iterator[Visits]:
    visits = Visits(driver, platform, known)
    yield visits
    visits.close()


@pytest.fixture(scope="session")
def households() -> list[Household]:
    """Who lives in the town, as its maker knows them."""
    return list(people_of(build_town(small_town.small_town())))


@pytest.fixture(scope="session")
def look() -> Callable[..., None]:
    """Hold a page against what every page must be, and keep its picture for the guide."""

    def at(page: Page, name: str = "") -> None:
        fits(page)
        axe_clean(page)
        if name:
            screenshot(page, name)
            path = SHOTS / f"{name}.png"
            if os.environ.get("GEZHI_SHOTS") and path.exists():
                with Image.open(path) as picture:
                    small = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
                small.save(path, optimize=True)

    return at
