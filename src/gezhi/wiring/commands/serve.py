"""`gezhi serve`: the pages and the worker, together or either, until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from gezhi.base.locks import Busy, only_one
from gezhi.base.terminal import Trouble, say

from . import ports
from .house import Subparsers, database_up, load_django, own_server, tell, var
from .prepare import close_journals, gather_static, prepare

GRACE = 15.0
"""Seconds a child has to finish what it is doing before it is ended."""
PORT_WAIT = 3.0
"""Seconds a port may stay taken by our own last run, which is still leaving."""


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "serve", help=say("运行网页和后台任务", "run the pages and the worker")
    )
    parser.add_argument("--web", action="store_true", help=say("只运行网页", "the pages only"))
    parser.add_argument("--worker", action="store_true", help=say("只运行后台任务", "worker only"))
    add_address(parser)
    parser.set_defaults(run=run)


def add_address(parser: argparse.ArgumentParser) -> None:
    """Declare where to listen; GEZHI_PORT sets the port's default."""
    parser.add_argument(
        "--port",
        type=_port,
        default=os.environ.get("GEZHI_PORT") or "8000",
        help=say("端口（默认 8000）", "port (8000)"),
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help=say("监听地址（默认只限本机）", "address to listen on (this machine only)"),
    )


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop; 0 after Ctrl-C, 1 when a part died by itself."""
    both = args.web == args.worker
    return serve(args.host, args.port, web=args.web or both, worker=args.worker or both)


def serve(
    host: str,
    port: int,
    *,
    web: bool = True,
    worker: bool = True,
    first: Callable[[], None] | None = None,
) -> int:
    """Have everything ready, run the parts, and leave nothing behind.

    `first` is called once Django is loaded and tables are current, before anybody is served.
    The database server is stopped at the end if it was started here.
    """
    stop_on_term()
    with ExitStack() as held:
        for part, wanted in (("web", web), ("worker", worker)):
            if wanted:
                held.enter_context(_only_one_of(part))
        if web:
            _need_port(host, port)
        began = time.monotonic()
        load_django()
        started = database_up()
        try:
            prepare()
            if first:
                first()
            children: dict[str, list[str]] = {}
            if web:
                gather_static()
                children["web"] = _web_command(host, port)
            if worker:
                close_journals()
                children["worker"] = _worker_command()
            return _run_children(children, host, port, began)
        finally:
            server = own_server()
            if started and server is not None:
                server.stop()


# --- one of a kind --------------------------------------------------------------------


def _only_one_of(part: str) -> ExitStack:
    """Hold the part's lock for as long as we live; say where it already runs otherwise."""
    var().mkdir(parents=True, exist_ok=True)
    held = ExitStack()
    try:
        held.enter_context(only_one(var() / f"serve-{part}.lock", seconds=PORT_WAIT))
    except Busy:
        try:
            place = json.loads((var() / "serve.json").read_text())["url"]
        except (OSError, ValueError, KeyError):
            place = "-"
        raise Trouble(
            say(
                f"平台已在运行：{place}" if part == "web" else "后台任务已在运行",
                f"The platform already runs: {place}"
                if part == "web"
                else "The worker already runs.",
            )
        ) from None
    return held


def _need_port(host: str, port: int) -> None:
    deadline = time.monotonic() + PORT_WAIT
    while not ports.is_free(host, port):
        if time.monotonic() > deadline:
            who = ports.holder(port)
            raise Trouble(
                say(
                    f"端口 {port} 已被{'进程 ' + who if who else '另一个程序'}占用。"
                    f"请停止它，或换一个端口：--port {port + 1}",
                    f"Port {port} is taken by {who or 'another program'}. "
                    f"Stop it, or choose another port: --port {port + 1}",
                )
            )
        time.sleep(0.1)


# --- children -------------------------------------------------------------------------


def _web_command(host: str, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "gezhi.wiring.wsgi:application"),
        *("--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", os.environ.get("GEZHI_WEB_WORKERS") or "2"),
        *("--blocking-threads", os.environ.get("GEZHI_WEB_THREADS") or "4"),
        *("--no-ws", "--http", "1", "--log-level", "warning"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "10"),
    ]


def _worker_command() -> list[str]:
    return [
        *(sys.executable, "-m", "django", "procrastinate", "worker"),
        *("--shutdown-graceful-timeout", "10"),
    ]


def _run_children(commands: dict[str, list[str]], host: str, port: int, began: float) -> int:
    """Run the parts until one ends or we are told to stop; then end the others."""
    children: dict[str, subprocess.Popen[bytes]] = {}
    note = var() / "serve.json"
    try:
        if "web" in commands:
            children["web"] = _spawn(commands["web"])
            url = f"http://{_name_of(host)}:{port}/"
            _await_answer(host, port, children["web"])
            note.write_text(json.dumps({"url": url, "pid": os.getpid()}))
            seconds = time.monotonic() - began
            tell(
                say(
                    f"平台已就绪（{seconds:.1f} 秒）：{url}  按 Ctrl-C 停止",
                    f"Ready after {seconds:.1f} s: {url}  Ctrl-C stops it",
                )
            )
        if "worker" in commands:  # after the first page: starting both at once delays it
            children["worker"] = _spawn(commands["worker"])
        if "web" not in commands:
            tell(say("后台任务在运行，按 Ctrl-C 停止", "The worker runs. Ctrl-C stops it."))
        _watch(list(children.values()))
        for name, child in children.items():
            if child.returncode is not None:
                raise Trouble(
                    say(
                        f"{'网页' if name == 'web' else '后台任务'}进程意外结束"
                        f"（代码 {child.returncode}），已全部停止。",
                        f"The {name} process ended by itself (code {child.returncode}); "
                        "everything is stopped.",
                    )
                )
        return 1
    except KeyboardInterrupt:
        tell(say("\n正在停止……", "\nStopping."))
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not cut this short
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if "web" in children:
            note.unlink(missing_ok=True)
        _end(list(children.values()))


def _watch(children: list[subprocess.Popen[bytes]]) -> None:
    """Return when a part has ended; bring our own database server back if it was killed."""
    server = own_server()
    while all(child.poll() is None for child in children):
        if server is not None and server.recover():
            tell(say("数据库意外结束，已重新启动", "The database was killed; it is up again."))
        time.sleep(0.2)


def _spawn(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a part in a group of its own, so that Ctrl-C reaches it through us alone.

    If we are killed outright, the kernel tells it to stop: it must not keep the port.
    """
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "gezhi.wiring.settings",
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
    }
    parent = os.getpid()

    def stop_with_parent() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
            if os.getppid() != parent:
                os._exit(1)

    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=stop_with_parent,  # safe: no threads yet in this process
    )


def _await_answer(host: str, port: int, web: subprocess.Popen[bytes]) -> None:
    """Wait until the pages answer; give up if their process ends or takes two minutes."""
    deadline = time.monotonic() + 120
    while web.poll() is None:
        try:
            connection = http.client.HTTPConnection(_own_address(host), port, timeout=5)
            connection.request("GET", "/health/live/", headers={"Host": "localhost"})
            connection.getresponse().read()
            connection.close()
            return
        except (OSError, http.client.HTTPException):
            if time.monotonic() > deadline:
                raise Trouble(
                    say("网页两分钟内没有应答。", "The pages did not answer within two minutes.")
                ) from None
            time.sleep(0.05)


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask every part to finish, and end what is left: a killed one leaves workers of its own."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def stop_on_term() -> None:
    """Let SIGTERM, which service managers send, mean the same as Ctrl-C."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def _name_of(host: str) -> str:
    if host in ("127.0.0.1", "0.0.0.0", "::", "::1"):
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _own_address(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(
            say(f"端口应为 1 到 65535 的整数：{text}", f"a port is 1 to 65535, not {text}")
        )
    return int(text)
