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
from gezhi.wiring.web import GO

from . import ports
from .house import Subparsers, database_up, load_django, own_server, tell, var
from .prepare import close_journals, gather_static, prepare

GRACE = 15.0
"""Seconds a child has to finish what it is doing before it is ended."""
NOTE = "serve.json"
"""Under `var`: where the pages are, while they are."""
Child = subprocess.Popen[bytes]
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
        children: dict[str, Child] = {}
        started = False
        try:
            if web:  # it loads while we make ready
                children["web"] = _spawn(_web_command(host, port), stdin=subprocess.PIPE)
            started = database_up()
            load_django()
            prepare()
            if first:
                first()
            if web:
                gather_static()
                _open_to_all(children["web"], host, port, began)
            return _run_until_told(children, worker=worker)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not cut this short
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            if web:
                (var() / NOTE).unlink(missing_ok=True)
            _end(list(children.values()))
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
            place = json.loads((var() / NOTE).read_text())["url"]
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
                    f"请停止它，或换一个端口：--port {port + 1} 或环境变量 GEZHI_PORT",
                    f"Port {port} is taken by {who or 'another program'}. "
                    f"Stop it, or choose another port: --port {port + 1}, or GEZHI_PORT",
                )
            )
        time.sleep(0.1)


# --- children -------------------------------------------------------------------------


def _web_command(host: str, port: int) -> list[str]:
    return [sys.executable, "-m", "gezhi.wiring.web", host, str(port)]


def _worker_command() -> list[str]:
    return [
        *(sys.executable, "-m", "django", "procrastinate", "worker"),
        *("--shutdown-graceful-timeout", "10"),
    ]


def _open_to_all(web: Child, host: str, port: int, began: float) -> None:
    """Let the loaded pages answer, and tell where."""
    assert web.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it has ended: the next line says so
        web.stdin.write(GO)
        web.stdin.close()
    if not _answers(host, port, web):
        return
    url = f"http://{_name_of(host)}:{port}/"
    (var() / NOTE).write_text(json.dumps({"url": url, "pid": os.getpid()}))
    seconds = time.monotonic() - began
    tell(
        say(
            f"平台已就绪（{seconds:.1f} 秒）：{url}  按 Ctrl-C 停止",
            f"Ready after {seconds:.1f} s: {url}  Ctrl-C stops it",
        )
    )


def _run_until_told(children: dict[str, Child], *, worker: bool) -> int:
    """Run until a part ends by itself, which is trouble, or until we are told to stop."""
    try:
        if worker:  # after the first page: starting both at once delays it
            close_journals()
            children["worker"] = _spawn(_worker_command())
        if "web" not in children:
            tell(say("后台任务在运行，按 Ctrl-C 停止", "The worker runs. Ctrl-C stops it."))
        _watch(list(children.values()))
    except KeyboardInterrupt:
        tell(say("\n正在停止……", "\nStopping."))
        return 0
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


def _watch(children: list[Child]) -> None:
    """Return when a part has ended; bring our own database server back if it was killed."""
    server = own_server()
    while all(child.poll() is None for child in children):
        if server is not None and server.recover():
            tell(say("数据库意外结束，已重新启动", "The database was killed; it is up again."))
        time.sleep(0.2)


def _spawn(command: list[str], *, stdin: int = subprocess.DEVNULL) -> Child:
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
        stdin=stdin,
        start_new_session=True,
        preexec_fn=stop_with_parent,  # safe: no threads yet in this process
    )


def _answers(host: str, port: int, web: Child) -> bool:
    """Wait until the pages answer: two minutes at most; False if their process ended."""
    deadline = time.monotonic() + 120
    while web.poll() is None:
        try:
            connection = http.client.HTTPConnection(_own_address(host), port, timeout=5)
            connection.request("GET", "/health/live/", headers={"Host": "localhost"})
            connection.getresponse().read()
            connection.close()
            return True
        except (OSError, http.client.HTTPException):
            if time.monotonic() > deadline:
                raise Trouble(
                    say("网页两分钟内没有应答。", "The pages did not answer within two minutes.")
                ) from None
            time.sleep(0.05)
    return False


def _end(children: list[Child]) -> None:
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
