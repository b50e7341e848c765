"""One step of many matters at once, picked in a list; then what became of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages.forms import blame
from gezhi.engines.matters import actions, queries, rights
from gezhi.engines.matters.language import workflows
from gezhi.engines.matters.models import Matter

MOST = 100
"""What is picked in one list: a page of it."""
TOGETHER = ui.BulkAct("together", _("批量办理"), rights.INBOX, to="matters.many", icon="checks")
"""For lists of matters: the rows picked go to the page below."""


class ManyForm(forms.Form):
    """Which step, and the sentence that goes with each."""

    step = forms.ChoiceField(label=_("办理步骤"))
    said = forms.CharField(
        label=_("意见"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = steps  # type: ignore[attr-defined]


class ManyPage(ui.FormPage):
    """Each matter is moved in a transaction of its own; what one refuses stops none of the rest."""

    path, name = "matters/many/", "matters.many"
    title = _("批量办理")
    lead = _("每件单独办理：能办的办完，不能办的逐件说明原因")
    right = rights.INBOX
    form = ManyForm
    crumbs = ("matters.waiting",)
    template = "matters/many.html"
    button = _("办理")

    @cached_property
    def picked(self) -> list[Matter]:
        """The matters picked that are in sight, in the order of their numbers."""
        given = self.request.POST.getlist("pick") or self.request.GET.getlist("pick")
        keys = [key for key in map(_key, given[:MOST]) if key is not None]
        rows = queries.matters(self.actor, self.at).filter(pk__in=keys)
        return list(self.right.rows(rows, self.actor).order_by("number"))

    def form_arguments(self) -> dict[str, Any]:
        """The steps that some of those picked could take now."""
        states = {(one.kind, one.state) for one in self.picked}
        fitting = [
            (f"{kind}.{step.code}", f"{workflows[kind].title} · {step.title}")
            for kind, step in queries.bulk_steps(self.actor)
            if any((kind, state) in states for state in step.leaves)
        ]
        return {"steps": fitting}

    def refusal(self) -> Refusal | None:
        if not self.picked:
            return Refusal(str(_("请先在列表里勾选要办理的事项")), "matters.nothing_picked")
        if not self.form_arguments()["steps"]:
            return Refusal(
                str(_("所选事项当前没有可以批量办理的步骤，请逐件打开办理")), "matters.no_bulk_step"
            )
        return None

    def extra(self) -> dict[str, Any]:
        return {"picked": self.picked}

    def post(self) -> HttpResponseBase:
        form = self.bound()
        if not form.is_valid():
            return self.show(form, status=422)
        kind, code = form.cleaned_data["step"].split(".", 1)
        if "said" in workflows[kind].step(code).needs and not form.cleaned_data["said"].strip():
            blame(form, Refusal(str(_("请填写此项")), "matters.incomplete", field="said"))
            return self.show(form, status=422)
        outcomes = actions.take_many(
            [one for one in self.picked if one.kind == kind],
            code,
            said=form.cleaned_data["said"],
            by=self.actor,
            at=self.at,
        )
        taken = sum(one.refusal is None for one in outcomes)
        more = {
            "outcomes": outcomes,
            "left": [one for one in self.picked if one.kind != kind],
            "taken": taken,
            "refused": len(outcomes) - taken,
            "back": reverse("matters.waiting"),
        }
        return self.render(more, template="matters/many_done.html")

    def act(self, data: dict[str, Any]) -> Any:
        raise NotImplementedError("many matters are moved one by one, in post")


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


pages = (ManyPage,)
