"""`gezhi demo`: two towns, a cast, and the platform running on them."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from gezhi.base.terminal import say

from .house import Subparsers, load_django, now, tell
from .serve import add_address, serve

HOSTS = ("localhost", "fengyang.localhost", "district.localhost")


def add(commands: Subparsers) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "demo", help=say("造两个演示街道并运行", "make two demo subdistricts and run them")
    )
    add_address(parser)
    parser.add_argument(
        "--sheets",
        type=Path,
        metavar=say("文件夹", "FOLDER"),
        help=say("只写出演示表格，不运行", "write the demo's sheets and stop"),
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Fill what is missing, enqueue the rest, and serve until told to stop."""
    if args.sheets:
        return write_sheets(args.sheets)
    os.environ["GEZHI_DEMO"] = "1"
    return serve(args.host, args.port, first=lambda: fill(args.port))


def fill(port: int) -> None:
    """Take the steps that must come before the first page; say where the towns are."""
    from gezhi.wiring.demo.filling import ask_for_the_rest, first_steps

    began = time.monotonic()
    for chinese, english, step in first_steps(now()):
        started, spent = time.monotonic(), time.process_time()
        if step():
            seconds, processor = time.monotonic() - started, time.process_time() - spent
            tell(
                say(
                    f"  {chinese}：{seconds:.1f} 秒（处理器 {processor:.1f} 秒）",
                    f"  {english}: {seconds:.1f} s (processor {processor:.1f} s)",
                )
            )
    ask_for_the_rest()
    tell(
        say(
            f"演示数据已就绪（{time.monotonic() - began:.1f} 秒），其余由后台任务继续载入。",
            f"The towns stand after {time.monotonic() - began:.1f} s; the worker loads the rest.",
        )
    )
    for host in HOSTS:
        tell(f"  http://{host}:{port}/")


def write_sheets(folder: Path) -> int:
    """Write the big sheet of one town and the eighteen kept in every other way."""
    load_django()
    from gezhi.wiring.towns import FENGYANG, build_town
    from gezhi.wiring.towns.messy_sheets import messy_sheets
    from gezhi.wiring.towns.sheets import write_people

    folder.mkdir(parents=True, exist_ok=True)
    started = time.process_time()
    town = build_town(FENGYANG)
    written = write_people(town, folder / "枫杨人口.xlsx")
    messy = messy_sheets(town, folder)
    tell(
        say(
            f"已写出 {written.rows:,} 行的大表（其中 {written.spoiled.total():,} 行有问题）"
            f"和 {len(messy)} 张社区台账：{folder}"
            f"（处理器 {time.process_time() - started:.1f} 秒）",
            f"Wrote a sheet of {written.rows:,} rows ({written.spoiled.total():,} of them dirty) "
            f"and {len(messy)} others to {folder} "
            f"(processor {time.process_time() - started:.1f} s).",
        )
    )
    return 0
