"""How the environment is read: one function a kind of value, each explaining a wrong one."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def path(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).expanduser().resolve()


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if not value else value in ("1", "true", "yes", "on")
    raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0")


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if value and not value.isdigit():
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number")
    return int(value) if value else default


def words(name: str, default: str) -> list[str]:
    return os.environ.get(name, default).replace(",", " ").split()


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = os.environ.get(name) or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r}: write one of {', '.join(allowed)}")
    return value


def testing() -> bool:
    return "pytest" in sys.modules


def secret(name: str, file: Path) -> str:
    """A secret from the environment, or from a file made on first use with mode 0600."""
    if value := os.environ.get(name):
        return value
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        value = secrets.token_urlsafe(48)
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(value)
        try:
            os.link(draft, file)
        except FileExistsError:
            value = file.read_text().strip()
        finally:
            draft.unlink()
        return value


def database(var: Path, *, pool: bool) -> dict[str, Any]:
    """Django's database entry from DATABASE_URL, or the embedded server under `var/pg`."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        from gezhi.base.postgres import default_server

        url = default_server(var).url("gezhi")
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL: only postgresql://user:password@host/name")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    port = options.pop("port", None) or parts.port or ""
    if pool and not testing():
        options["pool"] = {"min_size": 1, "max_size": number("GEZHI_POOL_SIZE", 8), "timeout": 10}
    options.setdefault("application_name", "gezhi")
    return {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        "TEST": {"NAME": f"test_{unquote(parts.path.lstrip('/'))}"},
    }
