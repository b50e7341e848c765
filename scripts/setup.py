"""Set everything up: Python packages, front-end files, translations. `python3 scripts/setup.py`.

Runs on a bare machine with nothing but Python: standard library only, and readable by old
interpreters so that they can be told politely that they are too old. Each step leaves a stamp with
the digest of what it was made from, so a second run takes a moment, a run that was cut short
resumes, and a changed lock file repeats only its own step.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BUILD = ROOT / "build"
WHOLE, RUN = "requirements.lock", "requirements-run.lock"
LOG = BUILD / "setup.log"
OLDEST = (3, 11)
ROOM = 3 * 1024**3
NO_NETWORK = (
    "name resolution",
    "dns error",
    "error sending request",
    "could not connect",
    "connection refused",
    "network is unreachable",
    "failed to establish a new connection",
    "max retries exceeded",
    "(from versions: none)",
    "enotfound",
    "eai_again",
    "econnrefused",
    "enetunreach",
    "etimedout",
)

sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts")]


def main() -> int:
    """Bring the set-up up to date; return the exit code."""
    if sys.version_info < OLDEST:
        version = "%d.%d" % sys.version_info[:2]  # noqa: UP031 - the old interpreter reads this
        sys.stderr.write(
            "需要 Python 3.11 以上版本，当前是 " + version + "。"
            "可用 make PYTHON=/path/to/python3.11 指定。\n"
            "Python 3.11 or later is needed, this is " + version + ". "
            "Name another one: make PYTHON=/path/to/python3.11\n"
        )
        return 1
    from gezhi.base.locks import Busy, only_one
    from gezhi.base.terminal import Trouble, say

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    wanted = WHOLE if parser.parse_args().dev else RUN
    try:
        BUILD.mkdir(exist_ok=True)
        with only_one(BUILD / "setup.lock", seconds=1800, on_wait=_tell_waiting):
            set_up(wanted)
    except Busy:
        sys.stderr.write(
            say("另一个安装进程半小时仍未结束。", "Another set-up has not ended for half an hour.")
            + "\n"
        )
        return 1
    except PermissionError as error:
        sys.stderr.write(
            say(
                f"无权写入 {error.filename}：它可能由另一个账户（如 root）建立。"
                "请用同一账户运行，或先 chown。",
                f"You may not write {error.filename}: another account (root?) may have made it. "
                "Run as the same account, or chown it first.",
            )
            + "\n"
        )
        return 1
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(
            say("\n已中断，再次运行将接着安装。", "\nInterrupted; run it again to go on.") + "\n"
        )
        return 130
    return 0


def set_up(wanted: str) -> None:
    """Do the steps whose stamps are out of date."""
    import front
    import translations

    from gezhi.base.terminal import say

    if not _fresh_python(wanted):
        LOG.unlink(missing_ok=True)
        with step(say("创建虚拟环境", "virtual environment")):
            make_venv()
        with step(say("安装 Python 依赖", "Python packages")):
            install(wanted)
            link_project()
            _stamp(wanted).write_text(_made_from(wanted))
    if not front.fresh():
        with step(say("获取前端文件", "front-end files")):
            front.fetch(VENV, run)
    translations.compile_all(ROOT / "src" / "gezhi" / "locale")


# --- Python ---------------------------------------------------------------------------


def _stamp(wanted: str) -> Path:
    return VENV / f".{wanted}.stamp"


def _made_from(wanted: str) -> str:
    """Return what an installation depends on: the locked files, its place, its interpreter."""
    whole = hashlib.sha256(f"{ROOT} {(VENV / 'bin' / 'python').resolve()}".encode())
    for name in ("requirements-bootstrap.lock", wanted):
        whole.update((ROOT / name).read_bytes())
    return whole.hexdigest()


def _fresh_python(wanted: str) -> bool:
    """Return whether the packages are installed; the full set serves where the small one would."""
    return any(_read(_stamp(name)) == _made_from(name) for name in dict.fromkeys([wanted, WHOLE]))


def make_venv() -> None:
    """Have a working .venv with pip, made anew if it is broken or was moved here."""
    from gezhi.base.terminal import Trouble, say

    free = shutil.disk_usage(ROOT).free
    if free < ROOM:
        raise Trouble(
            say(
                f"磁盘空间不足：{ROOT} 只剩 {free // 1024**2} MB，安装需要 {ROOM // 1024**2} MB。",
                f"The disk is nearly full: {free // 1024**2} MB left at {ROOT}, the set-up needs "
                f"{ROOM // 1024**2} MB.",
            )
        )
    settings = _read(VENV / "pyvenv.cfg")
    if (
        str(VENV) in settings
        and subprocess.run(
            [VENV / "bin" / "python", "-c", "import pip"], capture_output=True, check=False
        ).returncode
        == 0
    ):
        return
    pip_maker = importlib.util.find_spec("ensurepip")
    if pip_maker is None or pip_maker.origin is None or importlib.util.find_spec("venv") is None:
        apt = f"apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        sudo = "" if os.geteuid() == 0 else "sudo "
        raise Trouble(
            say(
                f"这个 Python 缺少 venv 组件。请先运行：{sudo}{apt}",
                f"This Python lacks its venv part. Run first: {sudo}{apt}",
            )
        )
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def install(wanted: str) -> None:
    """Install the pinned installer by pip, and everything else by it, each file by its hash."""
    python = str(VENV / "bin" / "python")
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    bootstrap = str(ROOT / "requirements-bootstrap.lock")
    run([python, "-m", "pip", "install", *quiet, "--require-hashes", "-r", bootstrap])
    index = _pip_index(python)
    if index:  # by the environment: an address may hold a password, and commands are logged
        os.environ["UV_DEFAULT_INDEX"] = index
    run(
        [
            *(str(VENV / "bin" / "uv"), "pip", "install", "--python", python),
            *("--require-hashes", "--compile-bytecode", "--no-progress"),
            *("-r", str(ROOT / wanted)),
        ]
    )


def _pip_index(python: str) -> str:
    """Return the package mirror this machine's pip is set to, which uv does not read by itself."""
    if os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL"):
        return ""
    asked = subprocess.run(
        [python, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    )
    return os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()


def link_project() -> None:
    """Put src on the path and a `gezhi` command beside python: no build tools, no network."""
    library = next((VENV / "lib").glob("python3.*")) / "site-packages"
    (library / "gezhi.pth").write_text(f"{ROOT / 'src'}\n")
    command = VENV / "bin" / "gezhi"
    command.write_text(
        "#!/bin/sh\n"
        "# A shell finds python beside itself: a long or spaced path would not fit a #! line.\n"
        'exec "$(dirname "$(readlink -f "$0")")/python" -m gezhi.wiring.cli "$@"\n'
    )
    command.chmod(0o755)


# --- running and telling --------------------------------------------------------------


def run(command: list[str], cwd: Path = ROOT) -> None:
    """Run a tool with its output in build/setup.log; tell the end of it when it fails."""
    from gezhi.base.terminal import Trouble, say

    with LOG.open("a") as log:
        log.write(f"\n$ {' '.join(command)}\n")
        log.flush()
        began = log.tell()
        try:
            code = subprocess.run(
                command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
            ).returncode
        except OSError as error:
            raise Trouble(
                say(f"无法运行 {command[0]}：{error}", f"{command[0]} does not run: {error}")
            ) from error
    if code == 0:
        return
    with LOG.open("rb") as log_read:
        log_read.seek(began)
        told = log_read.read().decode(errors="replace").strip()
    lower = told.lower()
    if "no space left on device" in lower:
        raise Trouble(say(f"磁盘已满（{ROOT}），请清理后再次运行。", f"The disk is full ({ROOT})."))
    if any(sign in lower for sign in NO_NETWORK):
        raise Trouble(
            say(
                "无法连接软件源：请检查网络或代理（环境变量 HTTPS_PROXY），然后再次运行；"
                f"已完成的步骤不会重做。详情见 {LOG}",
                "The package registry cannot be reached: check the network or the proxy "
                f"(HTTPS_PROXY), then run this again; finished steps are kept. Details: {LOG}",
            )
        )
    end = "\n".join(told.splitlines()[-12:])
    raise Trouble(say(f"失败（详情见 {LOG}）：\n{end}", f"It failed (details in {LOG}):\n{end}"))


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Print a step and how long it took."""
    began = time.monotonic()
    sys.stdout.write(f"{title} … ")
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        sys.stdout.write("✗\n")
        raise
    sys.stdout.write(f"{time.monotonic() - began:.1f} s\n")


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


def _tell_waiting() -> None:
    from gezhi.base.terminal import say

    sys.stdout.write(
        say("另一个安装正在进行，等待它结束……", "Another set-up is at work; waiting for it.") + "\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
