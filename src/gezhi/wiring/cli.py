"""`gezhi`: the platform's own command. Chinese first; English in an English terminal.

Each command is a file in `commands/`; Django is loaded only by those that need it, so
`gezhi db status` answers at once and `gezhi doctor` answers even when settings are wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from gezhi.base.errors import Refusal
from gezhi.base.terminal import Trouble, say


def commands() -> tuple[Any, ...]:
    """Return the commands in the order of the help. Loaded here, where Ctrl-C is no fault."""
    from gezhi.wiring.commands import (
        cell,
        db,
        demo,
        doctor,
        import_,
        migrate,
        recount,
        rotate_keys,
        serve,
        shell,
        verify,
    )

    return (demo, serve, db, cell, import_, migrate, verify, recount, rotate_keys, doctor, shell)


class Parser(argparse.ArgumentParser):
    """argparse whose own words are in the reader's language too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(add_help=False, **kwargs)
        self._optionals.title = say("选项", "options")
        self._positionals.title = say("命令与参数", "commands and arguments")
        self.add_argument("-h", "--help", action="help", help=say("显示帮助", "show this help"))

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", say("用法：", "usage:"), 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage:", say("用法：", "usage:"), 1)

    def error(self, message: str) -> NoReturn:
        self.exit(
            2,
            say(
                f"{self.prog}：参数有误（{message}）。用 {self.prog} -h 查看用法。\n",
                f"{self.prog}: {message}. See {self.prog} -h.\n",
            ),
        )


def parser() -> Parser:
    """Return the parser with every command."""
    whole = Parser(prog="gezhi", description=say("格治：街道基层治理平台", "the gezhi platform"))
    declared = whole.add_subparsers(
        dest="command", required=True, metavar=say("命令", "COMMAND"), parser_class=Parser
    )
    for command in commands():
        command.add(declared)
    return whole


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. What stands in the way is told in a sentence."""
    given = sys.argv[1:] if argv is None else argv
    try:
        whole = parser()
        if not given:
            whole.print_help()
            return 0
        args = whole.parse_args(given)
        code: int = args.run(args)
    except (Trouble, Refusal) as known:
        return _told(str(known))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output left
        sys.stderr.close()
        return 141
    except Exception as error:
        if (sentence := _sentence_of(error)) is None:
            raise
        return _told(sentence)
    return code


def _told(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _sentence_of(error: Exception) -> str | None:
    """Return plain words for what an installation, not the program, got wrong; None for bugs."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError
    from psycopg import OperationalError as DriverError

    if isinstance(error, ImproperlyConfigured):
        return say(f"设置有误：{error}", f"A setting is wrong: {error}")
    if isinstance(error, OperationalError | DriverError):
        return say(
            f"数据库没有应答：{error}\n请检查 gezhi db status 或 DATABASE_URL。",
            f"The database does not answer: {error}\nSee gezhi db status, or DATABASE_URL.",
        )
    if isinstance(error, PermissionError):
        return say(
            f"无权读写 {error.filename}：它属于另一个账户。请用同一账户运行。",
            f"You may not use {error.filename}: it belongs to another account. Run as that one.",
        )
    return None


if __name__ == "__main__":
    sys.exit(main())
