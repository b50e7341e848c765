"""The resident's own pages under `/my/`: my file, my household, who looked, what I asked.

The rule about names: a resident sees when, which post and unit, which fields, for what purpose
and on what ground. The private name of the member of staff is not shown; the office knows it from
the log, and `询问` gets an answer about it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.origins import client_address
from gezhi.base.pages.forms import blame
from gezhi.base.retelling import in_readers_language
from gezhi.base.sentences import _ as kept
from gezhi.core.privacy import actions, purposes, queries, rights
from gezhi.core.privacy.copies import as_data, as_sheet
from gezhi.core.privacy.files import correctable, file_of, household_of
from gezhi.core.privacy.grounds import READING, REFUSALS, REQUESTS
from gezhi.core.privacy.middleware import open_visit
from gezhi.core.privacy.models import AccessEntry, AccessKind, RequestKind, RightsRequest
from gezhi.core.privacy.pages.log import fields_in_words
from gezhi.core.privacy.pages.requests import clock_words

PER_PAGE = 20


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("查询码"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "placeholder": "ABCDE-23456",
            }
        ),
        error_messages={"required": gettext_lazy("请输入纸条上的查询码")},
    )


class Enter(ui.Page):
    """In with the code from the counter. Tries are counted; see `actions.codes`."""

    path, name = "my/enter/", "my.enter"
    title = gettext_lazy("查看我的信息")
    public = True
    template = "privacy/my_enter.html"

    def get(self) -> HttpResponseBase:
        return self.render({"form": CodeForm()})

    def post(self) -> HttpResponseBase:
        form = CodeForm(self.request.POST)
        if not form.is_valid():
            return self.render({"form": form}, status=422)
        try:
            found = actions.enter_with_code(
                form.cleaned_data["code"], address=client_address(self.request), at=self.at
            )
        except Refusal as refusal:
            blame(form, refusal)
            return self.render({"form": form}, status=refusal.status)
        open_visit(self.request, found.subject_id, at=self.at)
        return HttpResponseRedirect(reverse("my.file"))


class MyPage(ui.Page):
    """A page of one's own: for residents with a code, and for accounts that name their person."""

    right = rights.OWN_FILE
    tab: ClassVar[str] = ""
    """Which line of the bottom bar is the present one."""

    def admit(self) -> HttpResponseBase | None:
        if self.actor.person_id is None:
            raise Http404
        return None

    @property
    def unit(self) -> str:
        """The office one's file lies at."""
        cell = getattr(self.request, "cell", None)
        return str(cell.name) if cell is not None else ""

    @property
    def me(self) -> UUID:
        person_id = self.actor.person_id
        if person_id is None:
            raise Http404
        return person_id

    def logged(self, what: str = purposes.EVERYTHING) -> None:
        """Log that the person themselves is looking, before anything is opened."""
        actions.record_access(
            AccessKind.OWN,
            [self.me],
            fields=[what],
            purpose=purposes.OWN,
            post=kept("本人"),
            by=self.actor,
            at=self.at,
        )


class MyFile(MyPage):
    path, name = "my/", "my.file"
    title = gettext_lazy("我的信息")
    template = "privacy/my_file.html"
    tab = "file"

    def get(self) -> HttpResponseBase:
        self.logged()
        return self.render({"parts": file_of(self.me)})


class MyHousehold(MyPage):
    path, name = "my/household/", "my.household"
    title = gettext_lazy("我的户")
    template = "privacy/my_household.html"
    tab = "household"

    def get(self) -> HttpResponseBase:
        members = household_of(self.me)
        self.logged("household")
        if others := [member.id for member in members if not member.is_self]:
            actions.record_access(
                AccessKind.VIEW,
                others,
                fields=["name"],
                purpose=purposes.OWN,
                post=_("同户成员"),
                by=self.actor,
                at=self.at,
            )
        return self.render({"members": members})


MOST_CODES = 10
"""How many of the codes issued in one's name are listed."""


class WhoLooked(MyPage):
    path, name = "my/looked/", "my.looked"
    title = gettext_lazy("谁看过我的信息")
    template = "privacy/my_looked.html"
    tab = "looked"

    def get(self) -> HttpResponseBase:
        pages = Paginator(queries.who_looked(self.me), PER_PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        asked = set(
            RightsRequest.objects.filter(
                subject_id=self.me, entry__in=[entry.pk for entry in page]
            ).values_list("entry", flat=True)
        )
        looks = [(_look(entry, self.unit), entry.pk in asked) for entry in page]
        codes = queries.codes_of(self.me)[:MOST_CODES] if page.number == 1 else ()
        return self.render({"looks": looks, "page_of": page, "codes": codes})


def who(entry: AccessEntry, unit: str) -> str:
    """The office and the post; a post at the office itself begins with its name already."""
    post = entry.post or _("系统")
    return post if post.startswith(unit) else f"{unit}　{post}"


def _look(entry: AccessEntry, unit: str) -> dict[str, Any]:
    """A reading as the person concerned sees it."""
    purpose = entry.purpose
    return {
        "pk": entry.pk,
        "at": f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}",
        "who": who(entry, unit),
        "kind": entry.get_kind_display(),
        "fields": fields_in_words(entry),
        "purpose": purpose.named,
        "explanation": purpose.explained,
        "ground": _("%(article)s；%(law)s")
        % {"article": _(READING[purpose.basis].article), "law": in_readers_language(entry.ground)},
        "note": entry.note,
    }


class RequestForm(forms.Form):
    content = forms.CharField(
        label=gettext_lazy("请说明情况"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CorrectForm(RequestForm):
    field = forms.ChoiceField(label=gettext_lazy("哪一项不对"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["field"]
        field.choices = [("", _("请选择")), *correctable()]
        self.order_fields(["field", "content"])


class _Asking(MyPage, ABC):
    """A form of one of the kinds of request."""

    template = "privacy/my_ask.html"
    tab = "requests"
    form: ClassVar[type[forms.Form]] = RequestForm

    @abstractmethod
    def kind(self) -> str:
        """Which kind of request it asks."""

    def entry(self) -> AccessEntry | None:
        return None

    def get(self) -> HttpResponseBase:
        return self.show(self.form(initial={"field": self.request.GET.get("field", "")}))

    def post(self) -> HttpResponseBase:
        form = self.form(self.request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            request = actions.file_request(
                kind=self.kind(),
                subject_id=self.me,
                content=form.cleaned_data["content"],
                field=form.cleaned_data.get("field", ""),
                entry=self.entry(),
                through="web",
                by=self.actor,
                at=self.at,
            )
        except Refusal as refusal:
            blame(form, refusal)
            return self.show(form, status=refusal.status)
        messages.success(self.request, _("已提交，编号 %(n)s") % {"n": request.number})
        return HttpResponseRedirect(reverse("my.requests"))

    def show(self, form: forms.Form, *, status: int = 200) -> HttpResponseBase:
        entry = self.entry()
        more = {
            "form": form,
            "ground": REQUESTS[self.kind()],
            "look": _look(entry, self.unit) if entry is not None else None,
        }
        return self.render(more, status=status)


class AskAboutLook(_Asking):
    path, name = "my/looked/<uuid:pk>/ask/", "my.ask"
    title = gettext_lazy("询问这次查看")

    def kind(self) -> str:
        return RequestKind.ASK

    def entry(self) -> AccessEntry | None:
        found = queries.who_looked(self.me).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found


class NewRequest(_Asking):
    path, name = "my/requests/new/<str:kind>/", "my.new_request"
    title = gettext_lazy("提出申请")

    @property
    def form(self) -> type[forms.Form]:  # type: ignore[override]
        return CorrectForm if self.kind() == RequestKind.CORRECT else RequestForm

    def kind(self) -> str:
        kind = str(self.kwargs["kind"])
        if kind not in REQUESTS or kind == RequestKind.ASK:
            raise Http404
        return kind

    def heading(self) -> str:
        return _("申请%(kind)s") % {"kind": RequestKind(self.kind()).label}


class MyRequests(MyPage):
    path, name = "my/requests/", "my.requests"
    title = gettext_lazy("我的申请")
    template = "privacy/my_requests.html"
    tab = "requests"

    def get(self) -> HttpResponseBase:
        mine = RightsRequest.objects.filter(subject_id=self.me).order_by("-filed_at")
        shown = [
            {
                "row": one,
                "filed": f"{timezone.localtime(one.filed_at):%Y-%m-%d}",
                "clock": clock_words(one),
                "ground": REFUSALS.get(one.refused_on),
            }
            for one in mine
        ]
        kinds = [one for one in RequestKind.choices if one[0] != RequestKind.ASK]
        return self.render({"requests": shown, "kinds": kinds})


class WithdrawRequest(MyPage):
    path, name = "my/requests/<uuid:pk>/withdraw/", "my.withdraw"
    title = gettext_lazy("撤回申请")
    template = "privacy/my_withdraw.html"
    tab = "requests"

    def asked(self) -> RightsRequest:
        found = RightsRequest.objects.filter(subject_id=self.me, pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get(self) -> HttpResponseBase:
        return self.render({"row": self.asked()})

    def post(self) -> HttpResponseBase:
        actions.withdraw_request(self.asked(), by=self.actor, at=self.at)
        return HttpResponseRedirect(reverse("my.requests"))


class MyCopy(MyPage):
    """A copy to take away: a sheet, data for a program, or a page for paper."""

    path, name = "my/copy/<str:form>/", "my.copy"
    title = gettext_lazy("我的信息副本")
    template = "privacy/my_copy.html"
    tab = "file"

    def get(self) -> HttpResponseBase:
        form = self.kwargs["form"]
        makers = {"xlsx": as_sheet, "json": as_data}
        if form not in (*makers, "print"):
            raise Http404
        self.logged()
        parts = file_of(self.me)
        if form == "print":
            return self.render({"parts": parts, "day": timezone.localdate(self.at)})
        body, content_type = makers[form](parts)
        answer = HttpResponse(body, content_type=content_type)
        answer["Content-Disposition"] = f'attachment; filename="my-file.{form}"'
        return answer


class Leave(MyPage):
    path, name = "my/leave/", "my.leave"
    title = gettext_lazy("退出")
    template = "privacy/my_leave.html"

    def post(self) -> HttpResponseBase:
        self.request.session.flush()
        return HttpResponseRedirect(reverse("my.enter"))


pages = (
    Enter,
    MyFile,
    MyHousehold,
    WhoLooked,
    AskAboutLook,
    MyRequests,
    NewRequest,
    WithdrawRequest,
    MyCopy,
    Leave,
)
