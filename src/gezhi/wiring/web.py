"""The pages' own process: it loads the application once, waits for the word, then forks workers.

`gezhi serve` starts it before anything else, so that it loads while the database starts and tables
are looked at. Nobody is answered until a line on its standard input says that all is ready. The
workers are forked from it: what they share is loaded once and lies in memory once. So nothing may
be computed with polars here before the fork: its threads would not be there afterwards.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module

GO = b"go\n"
"""What it waits for; without it, it leaves quietly."""


def main(host: str, port: int) -> int:
    """Serve on this address until told to stop."""
    failure: Exception | None = None
    try:
        load()
    except Exception as error:
        # Whoever started us loads the same and says what is wrong; heard only if they go on.
        failure = error
    if sys.stdin.buffer.readline() != GO:
        return 0
    if failure is not None:
        raise failure
    serve(host, port)
    return 0


def load() -> None:
    """Import what answering needs, and nothing that looks at the database or at gathered files."""
    # Hardly anything that is loaded is ever garbage; looking for it takes a tenth of the time.
    gc.disable()
    import django
    from django.conf import settings
    from django.utils.module_loading import import_string

    django.setup()
    for urlconf in (settings.ROOT_URLCONF, settings.PUBLIC_SCHEMA_URLCONF):
        import_module(urlconf)
    for middleware in settings.MIDDLEWARE:
        import_string(middleware)


def serve(host: str, port: int) -> None:
    """Fork the workers and stay with them: one that fails is replaced."""
    from django.conf import settings
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    import gezhi.wiring.wsgi  # noqa: F401 - the application itself, which the workers inherit

    # What is loaded stays: no worker looks through it for garbage, which would also copy it.
    gc.collect()
    gc.freeze()
    gc.enable()
    Server(
        "gezhi.wiring.wsgi:application",
        host,
        port,
        interface=Interfaces.WSGI,
        workers=settings.WEB_WORKERS,
        blocking_threads=settings.WEB_THREADS,
        websockets=False,
        http=HTTPModes.http1,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
