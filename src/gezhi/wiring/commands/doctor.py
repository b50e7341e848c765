"""`gezhi doctor`: what is missing or mis-set, in plain words, with what to do about it."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gezhi.base.terminal import Trouble, say

from . import ports
from .house import ROOT, Subparsers, database_url, load_django, own_server, tell, var

GIB = 1024**3
CLOCK_SECONDS = 5.0


class Grade(StrEnum):
    """How a finding is marked."""

    GOOD = "✓"
    WARN = "!"
    BAD = "✗"


@dataclass(frozen=True)
class Finding:
    """One thing looked at, and the sentence about it."""

    grade: Grade
    sentence: str


def add(commands: Subparsers) -> None:
    """Declare the command."""
    commands.add_parser(
        "doctor", help=say("检查缺少什么、哪里设错", "say what is missing or mis-set")
    ).set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print every finding; 1 if any of them keeps the platform from working."""
    worst = 0
    for finding in findings():
        tell(f"{finding.grade} {finding.sentence}")
        worst |= finding.grade is Grade.BAD
    return int(worst)


def findings() -> Iterator[Finding]:
    """Look at everything, one thing after another; a look that fails is a finding itself."""
    for look in LOOKS:
        try:
            yield from look()
        except Trouble as trouble:
            yield Finding(Grade.BAD, str(trouble))
        except OSError as error:
            yield Finding(Grade.BAD, f"{error.filename or ''} {error.strerror or error}".strip())


def python() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding(Grade.GOOD, f"Python {version}")
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        yield Finding(
            Grade.WARN,
            say(
                f"缺少 venv 组件，下次安装会失败：apt install {package}",
                f"The venv part is missing, the next set-up would fail: apt install {package}",
            ),
        )


def front_end() -> Iterator[Finding]:
    vendor = ROOT / "src" / "gezhi" / "base" / "ui" / "vendor" / "manifest.json"
    if vendor.is_file():
        yield Finding(Grade.GOOD, say("前端文件齐全", "Front-end files are there."))
    else:
        yield Finding(
            Grade.BAD, say("缺少前端文件：运行 make setup", "Front-end files: run make setup.")
        )


def disk() -> Iterator[Finding]:
    place = var()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    grade = Grade.GOOD if free > 5 * GIB else Grade.WARN if free > GIB else Grade.BAD
    yield Finding(
        grade,
        say(f"磁盘剩余 {free / GIB:.1f} GB（{place}）", f"{free / GIB:.1f} GB free at {place}"),
    )
    if not os.access(place, os.W_OK):
        yield Finding(
            Grade.BAD, say(f"无权写入 {place}", f"{place} may not be written by this account.")
        )


def account() -> Iterator[Finding]:
    if os.geteuid() == 0:
        yield Finding(
            Grade.WARN,
            say(
                "当前是 root：演示可以，正式运行请用普通账户",
                "This is root: fine for a demo; run an installation as an ordinary account.",
            ),
        )


def settings() -> Iterator[Finding]:
    from django.core import checks
    from django.core.exceptions import ImproperlyConfigured

    try:
        load_django()
    except ImproperlyConfigured as error:
        yield Finding(Grade.BAD, say(f"设置有误：{error}", f"A setting is wrong: {error}"))
        return
    wrong = [found for found in checks.run_checks() if found.level >= checks.WARNING]
    for found in wrong:
        grade = Grade.BAD if found.is_serious() else Grade.WARN
        yield Finding(grade, f"{found.msg} {found.hint or ''}".strip())
    if not wrong:
        yield Finding(Grade.GOOD, say("设置无误", "Settings are sound."))


def database() -> Iterator[Finding]:
    server = own_server()
    if server is not None and not server.status().running:
        yield Finding(
            Grade.WARN,
            say(
                "数据库未运行：gezhi db start（gezhi serve 会自动启动）",
                "The database is down: gezhi db start (gezhi serve starts it by itself).",
            ),
        )
        return
    from django.apps import apps

    if not apps.ready:
        return  # the look at the settings has said why, without the password in the address
    import psycopg

    try:
        with psycopg.connect(database_url(), connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
            row = connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
    except psycopg.Error as error:
        yield Finding(
            Grade.BAD, say(f"数据库连接不上：{error}", f"The database does not answer: {error}")
        )
        return
    grade = Grade.GOOD if version >= 16 else Grade.BAD
    yield Finding(
        grade,
        say(f"数据库 PostgreSQL {version}（需要 16 以上）", f"PostgreSQL {version} (16 or later)"),
    )
    assert row is not None
    if abs(float(row[0]) - time.time()) > CLOCK_SECONDS:
        yield Finding(
            Grade.BAD,
            say("数据库与本机的时钟不一致", "The database's clock and this machine's differ."),
        )


def tables() -> Iterator[Finding]:
    from django.apps import apps
    from django.db import DatabaseError

    from .prepare import behind

    server = own_server()
    if not apps.ready or (server is not None and not server.status().running):
        return
    try:
        late = behind()
    except DatabaseError:
        return  # the look at the database has said so
    yield Finding(
        Grade.WARN if late else Grade.GOOD,
        say("数据表需要升级：gezhi migrate", "Tables are behind: gezhi migrate")
        if late
        else say("数据表是最新的", "Tables are up to date."),
    )


def key_folder() -> Iterator[Finding]:
    folder = Path(os.environ.get("GEZHI_KEYS") or var() / "keys")
    if not folder.is_dir():
        yield Finding(
            Grade.WARN, say("尚无密钥，首次运行时生成", "No keys yet; the first run makes them.")
        )
        return
    loose = [
        path
        for path in (folder, *folder.iterdir())
        if stat.S_IMODE(path.stat().st_mode) & 0o077 and not path.name.endswith(".lock")
    ]
    for path in loose:
        yield Finding(
            Grade.BAD,
            say(f"其他账户可读密钥：chmod go= {path}", f"Others can read keys: chmod go= {path}"),
        )
    if not loose:
        yield Finding(Grade.GOOD, say("密钥目录权限正确", "Only we can read the keys."))


def port() -> Iterator[Finding]:
    number = os.environ.get("GEZHI_PORT") or "8000"
    if not number.isdigit():
        yield Finding(Grade.BAD, f"GEZHI_PORT={number}")
    elif ports.is_free("127.0.0.1", int(number)):
        yield Finding(Grade.GOOD, say(f"端口 {number} 可用", f"Port {number} is free."))
    elif (var() / "serve.json").exists():
        yield Finding(Grade.GOOD, say(f"平台在端口 {number} 运行", f"We run on port {number}."))
    else:
        who = ports.holder(int(number))
        yield Finding(
            Grade.WARN,
            say(
                f"端口 {number} 被占用（{who or '其他账户的程序'}），可用 --port 换一个",
                f"Port {number} is taken ({who or 'another account'}); choose one with --port.",
            ),
        )


def clock() -> Iterator[Finding]:
    """A clock that runs behind our own files was set back: deadlines and logs would be wrong."""
    newest = max(
        (path.stat().st_mtime for path in (ROOT / "src").rglob("*.py")), default=time.time()
    )
    if time.time() < newest - CLOCK_SECONDS:
        yield Finding(
            Grade.BAD,
            say("系统时间早于程序文件，请校准时钟", "The clock is behind our own files; set it."),
        )
        return
    told = ""
    if shutil.which("timedatectl"):
        told = subprocess.run(
            ["timedatectl", "show", "--property=NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        ).stdout.strip()
    if told == "no":
        yield Finding(
            Grade.WARN, say("时钟没有与时间服务器同步", "The clock follows no time server.")
        )
    else:
        yield Finding(Grade.GOOD, say("系统时间正常", "The clock looks right."))


def pictures() -> Iterator[Finding]:
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        yield Finding(
            Grade.WARN,
            say(
                "没有 chromium，浏览器测试和截图不能运行：apt install chromium",
                "No chromium, so no browser tests and screenshots: apt install chromium",
            ),
        )
    fonts = ""
    if shutil.which("fc-list"):
        fonts = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False
        ).stdout
    if not fonts.strip():
        yield Finding(
            Grade.WARN,
            say(
                "没有中文字体，截图会是方框：apt install fonts-noto-cjk",
                "No Chinese fonts, screenshots would show boxes: apt install fonts-noto-cjk",
            ),
        )


def uploads() -> Iterator[Finding]:
    """Whether photos and papers could be taken in now: the store answers, and so does a scanner."""
    load_django()
    from django.conf import settings as ours

    from gezhi.base.errors import Refusal
    from gezhi.engines.matters.attachments.scanning import scan
    from gezhi.engines.matters.attachments.stores import the_store, told

    where = ours.S3 or ours.FILES
    try:
        with told("look"):
            the_store().has("doctor/nothing")
        yield Finding(
            Grade.GOOD, say(f"附件存储可用（{where}）", f"Photos and papers go to {where}.")
        )
    except Refusal:
        yield Finding(
            Grade.BAD,
            say(
                f"附件存储连不上：{where}，检查 GEZHI_S3、GEZHI_S3_KEY、GEZHI_S3_SECRET",
                f"The store {where} does not answer: look at GEZHI_S3, GEZHI_S3_KEY and "
                "GEZHI_S3_SECRET.",
            ),
        )
    if not ours.SCANNER:
        yield Finding(
            Grade.WARN,
            say(
                "没有设置病毒检查（GEZHI_SCANNER），上传的材料不经检查",
                "No virus scanner is set (GEZHI_SCANNER): papers are taken in unscanned.",
            ),
        )
        return
    try:
        scan(b"gezhi doctor")
        yield Finding(Grade.GOOD, say("病毒检查可用", "The virus scanner answers."))
    except Refusal:
        yield Finding(
            Grade.BAD,
            say(
                f"病毒检查没有回应（{ours.SCANNER}），在它恢复之前任何文件都不收",
                f"The virus scanner ({ours.SCANNER}) does not answer: no file is taken in.",
            ),
        )


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python,
    front_end,
    disk,
    account,
    settings,
    key_folder,
    database,
    tables,
    uploads,
    port,
    clock,
    pictures,
)
