"""A second person's yes or no to what an administrator proposed: the same two pages each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal


class Deciding(ui.FormPage):
    """One of the two; `may_not` says why this person may not decide on this row."""

    may_not: ClassVar[Callable[[Any, Actor], Refusal | None]]
    template = "ui/confirm.html"

    def heading(self) -> str:
        return f"{self.title}：{self.row}"

    def refusal(self) -> Refusal | None:
        return type(self).may_not(self.row, self.actor)


class Agreeing(Deciding):
    form: ClassVar[type[forms.Form]] = ui.SureForm
    button = _("同意")
    said = _("已同意")


class Refusing(Deciding):
    form: ClassVar[type[forms.Form]] = ui.ReasonForm
    button = _("退回")
    said = _("已退回")
