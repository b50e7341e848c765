"""StepPage: a form in several steps. What was filled in travels signed in the form itself."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponseBase, QueryDict

from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import Words
from gezhi.base.pages.forms import FormPage, blame

SALT = "gezhi.pages.steps"
KEPT_SECONDS = 4 * 3600


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: its form, and what it is called in the row of steps."""

    name: str
    title: Words
    form: type[forms.Form]
    _: KW_ONLY
    lead: Words = ""
    template: str = ""
    """A template of its own, extending `ui/step.html`."""


class StepPage(FormPage):
    """A form in several steps, ended by one action. No table and no session holds the draft.

    `act` gets the cleaned data of all steps by their names: `{"who": {...}, "where": {...}}`.
    Files are not carried between steps: a page with an upload keeps it through its own action.
    """

    template = "ui/step.html"
    stages: ClassVar[tuple[Stage, ...]]

    def stage_arguments(self, number: int, before: dict[str, Any]) -> dict[str, Any]:
        """Arguments for a step's form, from the cleaned data of the steps before it."""
        return {}

    def preview(self, before: dict[str, Any]) -> list[tuple[str, str]]:
        """(label, words) of what was filled in so far, shown at the last step."""
        return [
            (str(field.label or name), words)
            for stage in self.stages
            if stage.name in before
            for name, field in stage.form.base_fields.items()
            if (words := _words(field, before[stage.name].get(name)))
        ]

    def get(self) -> HttpResponseBase:
        return self.show_stage(0, {}, {})

    def post(self) -> HttpResponseBase:
        try:
            kept: dict[str, str] = signing.loads(
                self.request.POST.get("_kept", signing.dumps({}, salt=SALT)),
                salt=SALT,
                max_age=KEPT_SECONDS,
            )
        except signing.BadSignature:
            return self.show_stage(0, {}, {}, status=422)
        number = self._number()
        before: dict[str, Any] = {}
        for place, stage in enumerate(self.stages[:number]):
            form = self.stage_form(place, before, QueryDict(kept.get(stage.name, "")))
            if not form.is_valid():
                return self.show_stage(place, kept, before, form=form, status=422)
            before[stage.name] = form.cleaned_data
        own = [(k, v) for k, vs in self.request.POST.lists() for v in vs if k[0] != "_"]
        own = [pair for pair in own if pair[0] != "csrfmiddlewaretoken"]
        kept[self.stages[number].name] = urlencode(own)
        if "_back" in self.request.POST:
            return self.show_stage(max(0, number - 1), kept, before)
        form = self.stage_form(number, before, self.request.POST)
        if not form.is_valid():
            return self.show_stage(number, kept, before, form=form, status=422)
        before[self.stages[number].name] = form.cleaned_data
        if number + 1 < len(self.stages):
            return self.show_stage(number + 1, kept, before)
        return self.finish(form, kept, before)

    def finish(
        self, form: forms.Form, kept: dict[str, str], data: dict[str, Any]
    ) -> HttpResponseBase:
        try:
            result = self.act(data)
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            number = len(self.stages) - 1
            for place, stage in enumerate(self.stages):
                if any(one.field in stage.form.base_fields for one in refusal.fields):
                    number = place
            if number < len(self.stages) - 1:
                form = self.stage_form(number, data, QueryDict(kept[self.stages[number].name]))
                form.is_valid()
            blame(form, refusal)
            return self.show_stage(number, kept, data, form=form, status=refusal.status)
        if isinstance(result, HttpResponseBase):
            return result
        messages.success(self.request, str(self.said))
        return self.go(self.after(result))

    def _number(self) -> int:
        value = self.request.POST.get("_stage", "0")
        return min(int(value), len(self.stages) - 1) if value.isascii() and value.isdigit() else 0

    def stage_form(self, number: int, before: dict[str, Any], data: Any) -> forms.Form:
        return self.stages[number].form(data, **self.stage_arguments(number, before))

    def show_stage(
        self,
        number: int,
        kept: dict[str, str],
        before: dict[str, Any],
        *,
        form: forms.Form | None = None,
        status: int = 200,
    ) -> HttpResponseBase:
        stage = self.stages[number]
        if form is None:
            arguments = self.stage_arguments(number, before)
            filled = dict(parse_qsl(kept.get(stage.name, "")))
            form = stage.form(initial={**self.initial(), **filled}, **arguments)
        refusal = self.refusal()
        more = {
            "form": form,
            "stage": stage,
            "number": number,
            "stages": [
                (one, "done" if place < number else "now" if place == number else "todo")
                for place, one in enumerate(self.stages)
            ],
            "is_last": number == len(self.stages) - 1,
            "preview": self.preview(before) if number == len(self.stages) - 1 else [],
            "kept": signing.dumps(kept, salt=SALT, compress=True),
            "refusal": refusal.sentence if refusal else "",
            **self.extra(),
        }
        return self.render(more, template=stage.template, status=status)


def _words(field: forms.Field, value: Any) -> str:
    """A cleaned value as the reader knows it."""
    if value in (None, "", []):
        return ""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        labels = {str(key): str(label) for key, label in _flat(field.choices)}
        values = value if isinstance(value, list) else [value]
        return "、".join(labels.get(str(one), str(one)) for one in values)
    return str(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    pairs: list[tuple[Any, Any]] = []
    for key, label in choices:
        pairs.extend(label if isinstance(label, list | tuple) else [(key, label)])
    return pairs
