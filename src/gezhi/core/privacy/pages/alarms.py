"""Alarms and emergency looks: seen, handled and reviewed by somebody else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import NotAllowed, Refusal
from gezhi.base.pages.columns import address_of
from gezhi.core.privacy import actions, hooks, people, purposes, queries, rights
from gezhi.core.privacy.actions.glass import still_open
from gezhi.core.privacy.models import AccessKind, Alarm, AlarmKind, BreakGlass
from gezhi.core.privacy.pages.log import NumberForm
from gezhi.core.privacy.pages.revealing import SECONDS, watermark
from gezhi.core.privacy.wanted import fields_of, title_of

ALARM_COLUMNS = (
    ui.Told("sentence", gettext_lazy("情况")),
    ui.Badge(
        "kind",
        gettext_lazy("类别"),
        choices=AlarmKind,
        tones={AlarmKind.CAP: "bad", AlarmKind.HABIT: "warn", AlarmKind.BREAK_GLASS: "warn"},
    ),
    ui.Number("times", gettext_lazy("次数")),
    ui.Moment("at", gettext_lazy("首次")),
    ui.Moment("latest_at", gettext_lazy("最近一次")),
    ui.Text("handled_by", gettext_lazy("处理人")),
    ui.Long("outcome", gettext_lazy("处理结果"), shown=False),
)


class AlarmList(ui.ListPage):
    path, name = "privacy/alarms/", "privacy.alarms"
    title = gettext_lazy("个人信息告警")
    right = rights.HANDLE_ALARMS
    rows = queries.alarms
    opens = "privacy.alarm"
    columns = ALARM_COLUMNS
    filters = (
        ui.YesOrNo("handled", gettext_lazy("已处理"), when=Q(handled_at__isnull=False)),
        ui.Choices("kind", gettext_lazy("类别"), choices=AlarmKind),
        ui.Days("at", gettext_lazy("时间"), column="at"),
    )
    ordering = ("-at",)
    nothing = gettext_lazy("没有告警")


def handling_refusal(alarm: Alarm, actor: Actor) -> Refusal | None:
    """Why this alarm is not this actor's to handle."""
    if alarm.handled_at is not None:
        return Refusal(_("已处理"), "privacy.handled")
    if alarm.account_id is not None and alarm.account_id == actor.account_id:
        return NotAllowed(_("与您本人有关，须由另一人处理"), "privacy.alarm_about_oneself")
    return None


class AlarmDetail(ui.DetailPage):
    path, name = "privacy/alarms/<uuid:pk>/", "privacy.alarm"
    title = gettext_lazy("告警")
    right = rights.HANDLE_ALARMS
    rows = queries.alarms
    crumbs = ("privacy.alarms",)
    sections = (
        ui.Section(
            gettext_lazy("情况"),
            (*ALARM_COLUMNS[:5], ui.Text("actor_name", gettext_lazy("相关人员"))),
        ),
        ui.Section(
            gettext_lazy("处理"),
            (
                ui.Text("handled_by", gettext_lazy("处理人")),
                ui.Moment("handled_at", gettext_lazy("处理时间")),
                ui.Long("outcome", gettext_lazy("处理结果")),
            ),
            when=lambda alarm: alarm.handled_at is not None,
        ),
    )
    acts = (
        ui.Act(
            gettext_lazy("处理"),
            "privacy.handle_alarm",
            rights.HANDLE_ALARMS,
            refusal=handling_refusal,
            icon="check",
            main=True,
        ),
    )

    def heading(self) -> str:
        return str(AlarmKind(self.row.kind).label)


class OutcomeForm(forms.Form):
    outcome = forms.CharField(
        label=gettext_lazy("核实情况和处理结果"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("请写明核实情况和处理结果")},
    )


class HandleAlarm(ui.FormPage):
    path, name = "privacy/alarms/<uuid:pk>/handle/", "privacy.handle_alarm"
    title = gettext_lazy("处理告警")
    right = rights.HANDLE_ALARMS
    rows = queries.alarms
    crumbs = ("privacy.alarms",)
    form = OutcomeForm
    done = "privacy.alarm"
    said = gettext_lazy("已处理")

    def refusal(self) -> Refusal | None:
        return handling_refusal(self.row, self.actor)

    def act(self, data: dict[str, Any]) -> Alarm:
        return actions.handle_alarm(self.row, outcome=data["outcome"], by=self.actor, at=self.at)


# --- emergencies --------------------------------------------------------------------------


class GlassForm(NumberForm):
    reason = forms.CharField(
        label=gettext_lazy("紧急情况"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("谁、在哪里、发生了什么；事后由另一人复核，本人也会看到"),
        error_messages={"required": gettext_lazy("请写明紧急情况")},
    )


class BreakTheGlass(ui.FormPage):
    """Sight of one person beyond one's reach, at once, by their number."""

    path, name = "privacy/emergency/", "privacy.break_glass"
    title = gettext_lazy("紧急查看")
    lead = gettext_lazy("只用于生命健康或财产的紧急危险；立即生效 30 分钟，同时告警并须事后复核")
    right = rights.BREAK_GLASS
    template = "privacy/alone.html"
    form = GlassForm
    button = gettext_lazy("立即查看")
    said = ""

    def act(self, data: dict[str, Any]) -> str:
        found = hooks.person_of_number(data["number"])
        # Logged and counted whether it finds somebody or not: no way to try numbers out.
        actions.record_access(
            AccessKind.SEARCH,
            [found.pk if found is not None else None],
            fields=["id_no", "phone"],
            purpose=purposes.BREAK_GLASS,
            note=data["reason"],
            by=self.actor,
            at=self.at,
        )
        if found is None:
            raise Refusal(_("没有这个号码的人"), "privacy.nobody_found", field="number")
        actions.break_glass(person_id=found.pk, reason=data["reason"], by=self.actor, at=self.at)
        return address_of("privacy.emergency_view", found.pk)


class EmergencyView(ui.Page):
    """What the emergency opened: everything about one person, once more logged."""

    path, name = "privacy/emergency/<uuid:pk>/", "privacy.emergency_view"
    title = gettext_lazy("紧急查看")
    right = rights.BREAK_GLASS
    template = "privacy/emergency.html"

    def admit(self) -> HttpResponseBase | None:
        first = super().admit()
        account = self.actor.account_id
        if account is None or still_open(account, self.kwargs["pk"], self.at) is None:
            raise Http404
        return first

    def get(self) -> HttpResponseBase:
        return self.render({})

    def post(self) -> HttpResponseBase:
        row = people.person(self.kwargs["pk"])
        names = [one.field for one in fields_of(people.PERSON) if one.kind in SHOWN_IN_EMERGENCY]
        values = actions.reveal(row, names, purpose=purposes.BREAK_GLASS, by=self.actor, at=self.at)
        shown = [(title_of(people.PERSON, name), value) for name, value in values.items() if value]
        more = {"values": shown, "mark": watermark(self.actor, self.at), "seconds": SECONDS}
        return self.render(more, template="privacy/revealed.html")


SHOWN_IN_EMERGENCY = frozenset({"name", "birth", "id_no", "phone", "address", "work"})
"""What it takes to find somebody or their family; not what they are or believe."""


class GlassList(ui.ListPage):
    path, name = "privacy/break-glass/", "privacy.glasses"
    title = gettext_lazy("紧急查看复核")
    right = rights.REVIEW
    rows = queries.emergencies
    opens = "privacy.glass"
    columns = (
        ui.Text("actor_name", gettext_lazy("使用人")),
        ui.Text("post", gettext_lazy("岗位")),
        ui.Moment("opened_at", gettext_lazy("启用时间")),
        ui.YesNo("justified", gettext_lazy("正当")),
        ui.Text("reviewer_name", gettext_lazy("复核人")),
    )
    filters = (
        ui.YesOrNo("reviewed", gettext_lazy("已复核"), when=Q(reviewed_at__isnull=False)),
        ui.Days("opened", gettext_lazy("启用时间"), column="opened_at"),
    )
    ordering = ("-opened_at",)
    nothing = gettext_lazy("没有人用过紧急查看")


def review_refusal(glass: BreakGlass, actor: Actor) -> Refusal | None:
    """Why this emergency look is not this actor's to review."""
    if glass.reviewed_at is not None:
        return Refusal(_("已复核"), "privacy.reviewed_already")
    if glass.account_id == actor.account_id:
        return NotAllowed(_("不能复核自己的紧急查看"), "privacy.own_glass")
    return None


class GlassDetail(ui.DetailPage):
    path, name = "privacy/break-glass/<uuid:pk>/", "privacy.glass"
    title = gettext_lazy("紧急查看")
    right = rights.REVIEW
    rows = queries.emergencies
    crumbs = ("privacy.glasses",)
    sections = (
        ui.Section(
            gettext_lazy("经过"),
            (
                *GlassList.columns[:3],
                ui.Moment("closes_at", gettext_lazy("失效时间")),
                ui.Long("reason", gettext_lazy("紧急情况")),
            ),
        ),
        ui.Section(
            gettext_lazy("复核"),
            (
                ui.YesNo("justified", gettext_lazy("正当")),
                ui.Text("reviewer_name", gettext_lazy("复核人")),
                ui.Moment("reviewed_at", gettext_lazy("复核时间")),
                ui.Long("review", gettext_lazy("复核意见")),
            ),
            when=lambda glass: glass.reviewed_at is not None,
        ),
    )
    acts = (
        ui.Act(
            gettext_lazy("复核"),
            "privacy.review_glass",
            rights.REVIEW,
            refusal=review_refusal,
            icon="check",
            main=True,
        ),
    )

    def heading(self) -> str:
        return f"{self.row.actor_name} {self.row.post}"


class ReviewForm(forms.Form):
    justified = forms.ChoiceField(
        label=gettext_lazy("是否正当"),
        choices=[("yes", gettext_lazy("正当")), ("no", gettext_lazy("不正当"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择")},
    )
    review = forms.CharField(
        label=gettext_lazy("复核意见"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReviewGlass(ui.FormPage):
    path, name = "privacy/break-glass/<uuid:pk>/review/", "privacy.review_glass"
    title = gettext_lazy("复核紧急查看")
    right = rights.REVIEW
    rows = queries.emergencies
    crumbs = ("privacy.glasses",)
    form = ReviewForm
    done = "privacy.glass"
    said = gettext_lazy("已复核")

    def refusal(self) -> Refusal | None:
        return review_refusal(self.row, self.actor)

    def act(self, data: dict[str, Any]) -> BreakGlass:
        return actions.review_break_glass(
            self.row,
            justified=data["justified"] == "yes",
            review=data["review"],
            by=self.actor,
            at=self.at,
        )


pages = (
    AlarmList,
    AlarmDetail,
    HandleAlarm,
    BreakTheGlass,
    EmergencyView,
    GlassList,
    GlassDetail,
    ReviewGlass,
)
