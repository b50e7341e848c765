"""A program takes a step of a case: the forms of the pages say what each step asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from gezhi.base.api import Ask, Operation, Shape
from gezhi.base.api.problems import Status
from gezhi.base.api.shapes import Key, among, text
from gezhi.base.errors import Conflict, FieldRefusal, Refusal
from gezhi.base.sentences import _ as marked
from gezhi.engines.matters.actions import take
from gezhi.engines.matters.forms import TakeForm
from gezhi.engines.matters.models import Matter
from gezhi.services.cases import queries, rights
from gezhi.services.cases.forms import STEP_FORMS
from gezhi.services.cases.matters import CASES
from gezhi.services.cases.models import State

CODES: Final = tuple(step.code for step in CASES.steps if not step.by_system)
NOT_VALUES: Final = frozenset({"said", "revision"})
"""What stands beside the values: the sentence, and the revision, which is in `If-Match`."""
Value = str | int | float | bool | list[str] | None


class Stepping(Shape):
    """A step, the sentence given with it, and what it asks besides."""

    step: among(CODES) = Field(description=marked("步骤代码，见参考手册的案件流程"))  # type: ignore[valid-type]
    values: dict[str, Value] = Field(
        default_factory=dict, description=marked("这一步要填的内容，与页面上的同名")
    )
    said: text(500) = Field(default="", description=marked("意见"))  # type: ignore[valid-type]


class Moved(Shape):
    """Where a case stands after a step, and after what the platform did on from it."""

    id: Key
    number: str = Field(description=marked("编号"))
    revision: int = Field(description=marked("修改后的修订号"))
    state: among(State.values) = Field(description=marked("状态"))  # type: ignore[valid-type]


def take_step(ask: Ask) -> dict[str, Any]:
    """Take a step; 409 says where the case stands now, if it stands elsewhere."""
    matter: Matter = ask.row
    values = values_of(ask.body.step, ask.body.values)
    try:
        take(
            matter,
            ask.body.step,
            revision=ask.expected,
            said=ask.body.said,
            values=values,
            by=ask.actor,
            at=ask.at,
        )
    except Conflict as moved:
        raise _moved_on(matter, moved) from None
    return {
        "id": matter.pk,
        "number": matter.number,
        "revision": matter.revision,
        "state": matter.state,
    }


def _moved_on(matter: Matter, moved: Conflict) -> Status:
    """409 with the code of the state a case is in now, as `errors` names it."""
    now = Matter.objects.values_list("state", flat=True).get(pk=matter.pk)
    refusal = Status(409, moved.sentence, moved.code)
    refusal.fields = (FieldRefusal("state", str(now)),)
    return refusal


def values_of(step: str, given: Mapping[str, Value]) -> dict[str, Any]:
    """What a step's form makes of the values; refused by field, as on its page."""
    kind = STEP_FORMS.get(step, TakeForm)
    sent = QueryDict(mutable=True)
    for name, value in given.items():
        sent.setlist(
            name, [_as_sent(one) for one in (value if isinstance(value, list) else [value])]
        )
    form = kind(sent, step=CASES.step(step))
    asked = {*form.fields} - NOT_VALUES
    strange = [FieldRefusal(f"values.{one}", gettext("没有这个字段")) for one in {*given} - asked]
    form.fields["said"].required = False  # the step itself asks for it, as it does for all it needs
    form.is_valid()
    wrong = [
        FieldRefusal(f"values.{name}", str(sentences[0]))
        for name, sentences in form.errors.items()
        if name in asked
    ]
    if strange or wrong:
        raise Refusal(
            gettext("填写的内容有 %(n)s 处不对") % {"n": len(strange) + len(wrong)},
            "api.wrong_input",
            fields=[*strange, *wrong][:50],
        )
    return {name: value for name, value in form.cleaned_data.items() if name in asked}


def _as_sent(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


operations: tuple[Operation, ...] = (
    Operation(
        "take_case_step",
        "POST",
        "cases/{uuid:pk}/steps",
        _("办理一步"),
        right=rights.SEE,
        rows=queries.cases,
        body=Stepping,
        answer=Moved,
        guarded=True,
        act=take_step,
        about=_(
            "除了查看案件，还要有这一步自己的权限，否则回答 403；照片在页面上传。"
            "案件已被别人办到另一状态时回答 409，errors 里的 state 是现在的状态。"
        ),
        example={"step": "accept", "said": "已派人去处理", "values": {}},
        shown={
            "id": "0190a5b2-7c3e-7d41-9f00-3c5d2a1b4e6f",
            "number": "GZ2022091300012",
            "revision": 5,
            "state": "handling",
        },
    ),
)
