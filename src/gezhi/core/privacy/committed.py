"""A transaction that is committed when it ends, because it is refused inside another one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from gezhi.base.errors import Refusal


@contextmanager
def committed_first() -> Iterator[None]:
    """What is written inside stays written, whatever becomes of the answer.

    An outer transaction (a form with a once-only key) takes it back when the answer breaks: then
    a reading would leave no trace, or a wrong code would not count.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(transaction.atomic(durable=True))
        except RuntimeError:
            raise Refusal(
                _("这一步不能与其他操作一起提交，请单独办理"), "privacy.within_a_write"
            ) from None
        yield
