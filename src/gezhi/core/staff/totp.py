"""The second factor: time-based one-time passwords (RFC 6238) and the picture that sets them up."""

from __future__ import annotations

import hmac
import io
from datetime import datetime
from typing import Final

import pyotp
import segno

from gezhi.base.text import without_spaces

STEP: Final = 30
"""Seconds a code is shown."""
DRIFT: Final = 1
"""Steps a telephone's clock may be off, either way."""


def new_secret() -> str:
    """A new secret of 160 bits, in base 32."""
    return pyotp.random_base32()


def matching_step(secret: str, code: str, at: datetime, *, after: int | None) -> int | None:
    """The time step whose code this is; None when it is wrong, too old, or was used before.

    Each code is good once (RFC 6238 5.2): steps up to `after` are refused.
    """
    given = without_spaces(code)
    if not (given.isascii() and given.isdigit()):
        return None
    now = int(at.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step), given) and (after is None or step > after):
            found = step
    return found


def code_at(secret: str, at: datetime) -> str:
    """The code shown at a moment: for tests, and for the cast of the demo."""
    return pyotp.TOTP(secret).at(at)


def address(secret: str, *, username: str, issuer: str) -> str:
    """What an authenticator reads from the picture (the Key URI format)."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def picture(text: str) -> str:
    """A QR code as SVG, without inline style, so that a strict content policy shows it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        dark="#000",
        light="#fff",
        border=3,
    )
    return out.getvalue().decode()


def in_groups(secret: str) -> str:
    """The secret in groups of four, for typing it in by hand."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
