"""What people asked about their own data, as it is taken in and answered by the office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.core.privacy import actions, hooks, people, purposes, queries, rights
from gezhi.core.privacy.grounds import REQUESTS, refusals_for
from gezhi.core.privacy.masks import masked
from gezhi.core.privacy.models import AccessKind, RequestKind, RequestState, RightsRequest
from gezhi.core.privacy.pages.log import NumberForm, fields_in_words
from gezhi.core.privacy.pages.revealing import RevealPage
from gezhi.core.privacy.rules import ClockState, RequestClock
from gezhi.core.privacy.wanted import title_of

TONES = {
    RequestState.OPEN: "info",
    RequestState.GRANTED: "good",
    RequestState.REFUSED: "neutral",
    RequestState.WITHDRAWN: "neutral",
}


def clock_words(request: RightsRequest) -> str:
    """Where an open request stands against its limits."""
    if request.state != RequestState.OPEN:
        return ""
    own = timezone.localdate(request.due_at)
    clock = RequestClock(own, request.legal_limit)
    state = clock.state(timezone.localdate())
    if state is ClockState.RUNNING:
        return _("%(day)s 前答复") % {"day": own}
    if state is ClockState.LATE:
        return _("已超本单位期限，法定期限 %(day)s") % {"day": request.legal_limit}
    return _("已超法定期限 %(day)s") % {"day": request.legal_limit}


def _field(request: RightsRequest) -> str:
    if not request.field:
        return ""
    model, _dot, name = request.field.rpartition(".")
    return title_of(model, name)


class RequestList(ui.ListPage):
    path, name = "privacy/requests/", "privacy.requests"
    title = gettext_lazy("个人信息申请")
    lead = gettext_lazy("15 个工作日内答复，最长不超过 30 天；不予办理须说明依据")
    right = rights.ANSWER_REQUESTS
    rows = queries.requests
    opens = "privacy.request"
    columns = (
        ui.Text("number", gettext_lazy("编号"), order="number"),
        ui.Choice("kind", gettext_lazy("种类"), choices=RequestKind),
        ui.Badge("state", gettext_lazy("状态"), choices=RequestState, tones=TONES),
        ui.Computed("clock", gettext_lazy("期限"), give=clock_words),
        ui.Moment("filed_at", gettext_lazy("提出时间"), order="-filed_at"),
        ui.Place("community_id", gettext_lazy("社区")),
        ui.Text("decided_by", gettext_lazy("经办人"), shown=False),
    )
    filters = (
        ui.Choices("state", gettext_lazy("状态"), choices=RequestState),
        ui.Choices("kind", gettext_lazy("种类"), choices=RequestKind),
        ui.Days("filed", gettext_lazy("提出时间"), column="filed_at"),
    )
    ordering = ("due_at",)
    buttons = (
        ui.Button(
            gettext_lazy("窗口代为登记"), "privacy.take_request", rights.ISSUE_CODES, icon="plus"
        ),
    )
    nothing = gettext_lazy("还没有人提出申请")


def answering_refusal(request: RightsRequest, actor: Actor) -> Refusal | None:
    """Why this request is not this actor's to answer."""
    if request.state != RequestState.OPEN:
        return Refusal(_("已办结"), "privacy.request_closed")
    if request.entry is not None and request.entry.account_id == actor.account_id:
        return NotAllowed(_("询问的正是您的查阅，须由另一人答复"), "privacy.asked_about_oneself")
    if actor.person_id is not None and actor.person_id == request.subject_id:
        return NotAllowed(_("不能答复自己的申请"), "privacy.own_request")
    return None


class RequestDetail(ui.DetailPage):
    path, name = "privacy/requests/<uuid:pk>/", "privacy.request"
    title = gettext_lazy("个人信息申请")
    right = rights.ANSWER_REQUESTS
    rows = queries.requests
    crumbs = ("privacy.requests",)
    sections = (
        ui.Section(
            gettext_lazy("申请"),
            (
                *RequestList.columns[:5],
                ui.Computed("field", gettext_lazy("涉及字段"), give=_field),
                ui.Computed(
                    "ground", gettext_lazy("依据"), give=lambda one: _(REQUESTS[one.kind].article)
                ),
                ui.Masked(
                    "content", gettext_lazy("内容"), mask=str, reveal="privacy.reveal_request"
                ),
            ),
        ),
        ui.Section(
            gettext_lazy("所问的查阅"),
            (
                ui.Moment("entry.at", gettext_lazy("时间")),
                ui.Text("entry.actor_name", gettext_lazy("查看人")),
                ui.Text("entry.post", gettext_lazy("岗位")),
                ui.Text("entry.purpose.named", gettext_lazy("目的")),
                ui.Computed(
                    "entry.fields",
                    gettext_lazy("字段"),
                    give=lambda one: fields_in_words(one.entry),
                ),
                ui.Long("entry.note", gettext_lazy("事由")),
            ),
            when=lambda one: one.entry is not None,
        ),
        ui.Section(
            gettext_lazy("答复"),
            (
                ui.Long("answer", gettext_lazy("答复")),
                ui.Text("decided_by", gettext_lazy("经办人")),
                ui.Moment("decided_at", gettext_lazy("办结时间")),
            ),
            when=lambda one: one.decided_at is not None,
        ),
    )
    acts = (
        ui.Act(
            gettext_lazy("答复"),
            "privacy.answer_request",
            rights.ANSWER_REQUESTS,
            refusal=answering_refusal,
            icon="message",
            main=True,
        ),
    )


class RevealRequest(RevealPage):
    """What the person wrote, in full, to whoever answers it."""

    path, name = "privacy/requests/<uuid:pk>/content/", "privacy.reveal_request"
    rows = queries.requests
    sees = rights.ANSWER_REQUESTS
    fields = ("content",)


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("处理"),
        choices=[("granted", gettext_lazy("已办")), ("refused", gettext_lazy("不予办理"))],
        widget=forms.RadioSelect,
    )
    ground = forms.ChoiceField(label=gettext_lazy("不予办理的依据"), required=False)
    answer = forms.CharField(
        label=gettext_lazy("答复（本人可见）"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, *args: Any, kind: str, value: forms.Field | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if value is not None:
            value.label = _("更正为（%(field)s）") % {"field": value.label}
            value.required = False
            self.fields["value"] = value
            self.order_fields(["outcome", "value", "ground", "answer"])
        ground: Any = self.fields["ground"]
        ground.choices = [
            ("", _("（已办则不选）")),
            *((code, _(one.sentence)) for code, one in refusals_for(kind).items()),
        ]


class AnswerRequest(ui.FormPage):
    path, name = "privacy/requests/<uuid:pk>/answer/", "privacy.answer_request"
    title = gettext_lazy("答复申请")
    lead = gettext_lazy(
        "选“已办”后立即生效：更正写入底数，指明的一项被删除，限制处理则只存不用；"
        "地址、户和关系的更正，请先在底数中办好再答复"
    )
    right = rights.ANSWER_REQUESTS
    rows = queries.requests
    crumbs = ("privacy.requests",)
    form = AnswerForm
    done = "privacy.request"
    said = gettext_lazy("已答复，本人可在自己的页面看到")

    def form_arguments(self) -> dict[str, Any]:
        value = None
        if self.row.kind == RequestKind.CORRECT:
            value = hooks.correction_input(self.row.field)
        return {"kind": self.row.kind, "value": value}

    def refusal(self) -> Refusal | None:
        return answering_refusal(self.row, self.actor)

    def act(self, data: dict[str, Any]) -> RightsRequest:
        return actions.answer_request(
            self.row,
            granted=data["outcome"] == "granted",
            answer=data["answer"],
            ground=data["ground"],
            value=data.get("value"),
            by=self.actor,
            at=self.at,
        )


class TakeForm(NumberForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("种类"),
        choices=[one for one in RequestKind.choices if one[0] != RequestKind.ASK],
    )
    content = forms.CharField(
        label=gettext_lazy("内容"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field = forms.ChoiceField(label=gettext_lazy("更正哪一项"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from gezhi.core.privacy.files import correctable

        super().__init__(*args, **kwargs)
        field: Any = self.fields["field"]
        field.choices = [("", "—"), *correctable()]


class TakeRequest(ui.FormPage):
    """A request taken at the counter or by telephone: the same number, the same clock."""

    path, name = "privacy/requests/take/", "privacy.take_request"
    title = gettext_lazy("窗口代为登记")
    lead = gettext_lazy("为到场或来电并核验过身份的本人登记；期限从现在起算")
    right = rights.ISSUE_CODES
    template = "privacy/alone.html"
    form = TakeForm
    button = gettext_lazy("登记")
    said = gettext_lazy("已登记，请把编号告诉本人")

    def act(self, data: dict[str, Any]) -> str:
        person = found_by_number(data["number"], self.actor, self.at)
        request = actions.file_request(
            kind=data["kind"],
            subject_id=person.pk,
            content=data["content"],
            field=data["field"],
            through="counter",
            by=self.actor,
            at=self.at,
        )
        if rights.ANSWER_REQUESTS.covers(self.actor, request):
            return reverse("privacy.request", kwargs={"pk": request.pk})
        return reverse("privacy.take_request")


def found_by_number(number: str, by: Actor, at: Any) -> Any:
    """The person with a full number within the actor's reach; the search is logged."""
    person = hooks.person_of_number(number)
    within = person is not None and rights.ISSUE_CODES.covers(by, person)
    actions.record_access(
        AccessKind.SEARCH,
        [person.pk if within else None],
        fields=["id_no", "phone"],
        purpose=purposes.SEARCH,
        by=by,
        at=at,
    )
    if not within:
        raise Refusal(
            _("没有这个号码的人，或不在您的办理范围内"), "privacy.nobody_found", field="number"
        )
    return person


# --- codes --------------------------------------------------------------------------------


class FindForCode(ui.FormPage):
    """From a number to the person a code is issued to."""

    path, name = "privacy/codes/", "privacy.find_for_code"
    title = gettext_lazy("发放查询码")
    lead = gettext_lazy("本人到场并核验证件后，发一张纸条：凭码可在手机上看自己的信息和谁看过")
    right = rights.ISSUE_CODES
    template = "privacy/alone.html"
    form = NumberForm
    button = gettext_lazy("下一步")
    said = ""

    def act(self, data: dict[str, Any]) -> str:
        person = found_by_number(data["number"], self.actor, self.at)
        return reverse("privacy.issue_code", kwargs={"pk": person.pk})


PROOFS = (
    ("居民身份证原件", gettext_lazy("居民身份证原件")),
    ("其他有效证件原件", gettext_lazy("其他有效证件原件")),
    ("监护人证件及关系证明", gettext_lazy("监护人：证件及关系证明")),
    ("委托书及双方证件", gettext_lazy("受托人：委托书及双方证件")),
)


class ProofForm(forms.Form):
    proof = forms.ChoiceField(
        label=gettext_lazy("核验了什么"), choices=PROOFS, widget=forms.RadioSelect
    )


class IssueCode(ui.FormPage):
    """The slip with the code, shown once and printed."""

    path, name = "privacy/codes/<uuid:pk>/", "privacy.issue_code"
    title = gettext_lazy("发放查询码")
    right = rights.ISSUE_CODES
    template = "privacy/issue_code.html"
    form = ProofForm
    button = gettext_lazy("发放并打印")

    def person(self) -> Any:
        person = people.person(self.kwargs["pk"])
        if person is None or not rights.ISSUE_CODES.covers(self.actor, person):
            raise Http404
        return person

    def extra(self) -> dict[str, Any]:
        person = self.person()
        return {"who": masked(person, "name"), "number": masked(person, "id_no")}

    def act(self, data: dict[str, Any]) -> HttpResponseBase:
        from gezhi.core.privacy.slips import qr_of

        person = self.person()
        issued = actions.issue_code(person, proof=data["proof"], by=self.actor, at=self.at)
        address = self.request.build_absolute_uri(reverse("my.enter"))
        more = {
            "code": issued.code,
            "address": address,
            # After the number sign it stays in the phone: no server log sees the code.
            "qr": qr_of(f"{address}#{issued.code}"),
            "expires": timezone.localtime(issued.row.expires_at),
            "who": masked(person, "name"),
        }
        return self.render(more, template="privacy/slip.html")


pages = (
    RequestList,
    TakeRequest,
    RequestDetail,
    RevealRequest,
    AnswerRequest,
    FindForCode,
    IssueCode,
)
