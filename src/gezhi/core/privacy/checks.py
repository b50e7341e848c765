"""System checks: wrong cipher settings and key folders, said in plain words before any request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register

from gezhi.base.crypto import Keyring
from gezhi.base.keyfiles import KeyringError, path_of


@register("security")
def keys_fit_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The key file is there, closed to others, and of the family of algorithms that is set."""
    folder = Path(settings.KEY_FOLDER)
    if not path_of(folder, "main").exists():
        return [
            checks.Warning(
                f"{folder} 中还没有密钥；首次安装时由 gezhi 创建，恢复备份时请一并恢复密钥",
                id="privacy.W001",
            )
        ]
    try:
        suite = Keyring(folder).suite
    except KeyringError as error:
        return [Error(str(error), id="privacy.E001")]
    if suite != settings.CIPHER_SUITE:
        return [
            Error(
                f"GEZHI_CIPHERS={settings.CIPHER_SUITE}，而现用密钥属于 {suite.value}；"
                f"要改用新算法请运行 gezhi rotate-keys --suite {settings.CIPHER_SUITE}，"
                "否则请改回设置",
                id="privacy.E002",
            )
        ]
    return []
