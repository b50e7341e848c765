"""FormPage and ConfirmPage: read the request, call one action, show the answer or the mend."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import Words, address_of
from gezhi.base.pages.details import RowPage


class FormPage(RowPage, ABC):
    """A form whose `act` calls one action.

    With `rows` declared and `pk` in the path it is about a row (`self.row`): out of sight of
    `sees` (or of `right` itself) is 404, in sight but outside `right` is 403.
    """

    template = "ui/form.html"
    form: ClassVar[type[forms.Form]]
    lead: ClassVar[Words] = ""
    """What this form does, in one sentence above it."""
    button: ClassVar[Words] = gettext_lazy("保存")
    done: ClassVar[str] = ""
    """URL name of the page after success: takes the row's `pk` when its path does."""
    said: ClassVar[Words] = gettext_lazy("已保存")
    """The message after success."""
    wide: ClassVar[bool] = False

    # --- what a page says -----------------------------------------------------------
    @abstractmethod
    def act(self, data: dict[str, Any]) -> Any:
        """Call one action with the cleaned data. May return an address, or a row to show next."""

    def initial(self) -> dict[str, Any]:
        """What the form starts with."""
        return {}

    def refusal(self) -> Refusal | None:
        """Why it cannot be done now, whatever is filled in: shown instead of the form."""
        return None

    def extra(self) -> dict[str, Any]:
        """More for the template."""
        return {}

    def form_arguments(self) -> dict[str, Any]:
        """More arguments for the form's constructor."""
        return {}

    # --- answering ------------------------------------------------------------------
    def bound(self) -> forms.Form:
        return self.form(self.request.POST, self.request.FILES, **self.form_arguments())

    def get(self) -> HttpResponseBase:
        return self.show(self.form(initial=self.initial(), **self.form_arguments()))

    def post(self) -> HttpResponseBase:
        form = self.bound()
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            result = self.act(form.cleaned_data)
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            blame(form, refusal)
            return self.show(form, status=refusal.status)
        if isinstance(result, HttpResponseBase):
            return result
        if self.said:
            messages.success(self.request, str(self.said))
        return self.go(self.after(result))

    def after(self, result: Any) -> str:
        """The address to go to once it is done."""
        if isinstance(result, str):
            return result
        if not self.done:
            return self.request.path
        key = getattr(result, "pk", None) or self.kwargs.get("pk")
        return address_of(self.done, key) if key else reverse(self.done)

    def go(self, address: str) -> HttpResponse:
        """On to another page: htmx loads it whole, a browser follows the redirect."""
        if self.is_htmx:
            answer = HttpResponse(status=204)
            answer["HX-Redirect"] = address
            return answer
        return HttpResponseRedirect(address)

    def show(self, form: forms.Form, *, status: int = 200) -> HttpResponseBase:
        refusal = self.refusal()
        more = {
            "form": form,
            "refusal": refusal.sentence if refusal else "",
            **self.extra(),
        }
        template = "ui/dialog.html" if self.swaps == "dialog" else ""
        return self.render(more, template=template, status=status)


def blame(form: forms.Form, refusal: Refusal) -> None:
    """Put a refusal's sentences at the fields concerned; what has no field goes above the form."""
    placed = False
    for one in refusal.fields:
        if one.field in form.fields:
            form.add_error(one.field, str(one.sentence))
            placed = True
        else:
            form.add_error(None, str(one.sentence))
            placed = True
    if not placed:
        form.add_error(None, str(refusal.sentence))


class ReasonForm(forms.Form):
    """For acts that want to know why, and nothing else."""

    reason = forms.CharField(
        label=gettext_lazy("事由"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("请写明事由")},
    )


class SureForm(forms.Form):
    """For acts that only want to be sure."""


class ConfirmPage(FormPage):
    """Are you sure? Says what will happen, asks nothing, or a reason (`form = ReasonForm`)."""

    template = "ui/confirm.html"
    form: ClassVar[type[forms.Form]] = SureForm
    button = gettext_lazy("确认")
    said = gettext_lazy("已完成")
    danger: ClassVar[bool] = False

    def consequences(self) -> list[str]:
        """What will be true afterwards, one sentence each."""
        return []

    def extra(self) -> dict[str, Any]:
        return {"consequences": self.consequences()}
