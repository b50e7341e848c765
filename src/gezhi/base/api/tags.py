"""ETag and its two questions: `If-None-Match` on reads, `If-Match` on changes (RFC 9110 §13).

A row's tag is its revision and a digest of the answer (`"12.3f…"`): the digest, because an answer
may change while the row does not (a grid renamed, a right lost); the revision, because it is what
a change is held against. A bare revision (`"12"`) is accepted in `If-Match`.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gezhi.base.api.problems import Status

_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
_REVISION: Final = re.compile(r"([0-9]{1,9})(\.[0-9a-f]{16})?")


def tag_of(content: bytes, revision: int | None) -> str:
    """The tag of an answer."""
    digest = hashlib.sha256(content).hexdigest()[:16]
    return f'"{digest}"' if revision is None else f'"{revision}.{digest}"'


def is_known(request: HttpRequest, tag: str) -> bool:
    """Whether the asker has this very answer already."""
    header = request.headers.get("If-None-Match", "").strip()
    return header == "*" or tag in (f'"{found[2]}"' for found in _TAG.finditer(header))


def revision_asked(request: HttpRequest, revision: int) -> int | None:
    """The revision a change is held against; None where the asker takes any (`*`).

    428 without `If-Match`, 412 when it names no tag of the row as it is.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise Status(
            428, _("修改须带 If-Match，内容为读取这条记录时得到的 ETag"), "api.if_match_missing"
        )
    if header == "*":
        return None
    for weak, text in _TAG.findall(header):
        found = _REVISION.fullmatch(text)
        if not weak and found is not None and int(found[1]) == revision:
            return revision
    raise Status(412, _("这条记录刚被别人修改过，请重新读取后再提交"), "api.changed_meanwhile")
