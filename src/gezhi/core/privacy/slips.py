"""What is printed on a slip of paper: a code as a picture that a phone reads."""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_of(text: str) -> SafeString:
    """A QR code as inline SVG, drawn by us and without any outside part."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, scale=4, border=4, omitsize=True
    )
    return mark_safe(out.getvalue().decode())
