"""Posts: who holds what where, what is vacant, granting, agreeing, standing in, leaving."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import handover
from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.retelling import in_readers_language
from gezhi.core.places.models import Level
from gezhi.core.staff import actions, queries, rights
from gezhi.core.staff.actions.posts import agree_refusal, end_refusal
from gezhi.core.staff.forms import ActingForm, GrantForm, LeaveForm
from gezhi.core.staff.models import Post, Role
from gezhi.core.staff.pages.columns import POST_COLUMNS, name_of
from gezhi.core.staff.pages.deciding import Agreeing, Refusing


def _role_choices() -> list[tuple[str, str]]:
    return [(role.code, role.named) for role in Role.objects.all()]


def _by_state(rows: QuerySet[Any], chosen: list[str]) -> QuerySet[Any]:
    today = timezone.localdate()
    conditions = {
        "held": Q(waits=False, valid_from__lte=today),
        "waits": Q(waits=True),
        "coming": Q(waits=False, valid_from__gt=today),
    }
    wanted = Q()
    for one in chosen:
        wanted |= conditions[one]
    return rows.filter(wanted)


class PostList(ui.ListPage):
    path, name = "posts/", "staff.posts"
    title = _("岗位")
    right = rights.SEE_POSTS
    rows = queries.present_posts
    opens = "staff.post"
    columns = POST_COLUMNS
    filters = (
        ui.InPlace(prefix="place__"),
        ui.Search("q", _("姓名、用户名"), fields=("account__name", "account__username")),
        ui.Choices("role", _("角色"), choices=_role_choices),
        ui.Choices(
            "state",
            _("状态"),
            choices=(("held", _("在任")), ("waits", _("待复核")), ("coming", _("未到任"))),
            narrower=_by_state,
        ),
        ui.YesOrNo("acting", _("代行"), when=Q(acting_for__isnull=False), first=False),
    )
    ordering = ("place__code", "role__order")
    buttons = (
        ui.Button(_("空缺"), "staff.vacancies", rights.SEE_VACANCIES, icon="user-search"),
        ui.Button(_("历任"), "staff.former_posts", rights.SEE_POSTS, icon="history"),
    )
    nothing = _("还没有岗位：从“账号”里选人任命")


class FormerPostList(ui.ListPage):
    path, name = "posts/former/", "staff.former_posts"
    title = _("历任岗位")
    right = rights.SEE_POSTS
    rows = queries.former_posts
    opens = "staff.post"
    crumbs = ("staff.posts",)
    columns = (*POST_COLUMNS[:-1], ui.Text("ended_reason", _("离任原因")))
    filters = (
        ui.InPlace(prefix="place__"),
        ui.Search("q", _("姓名、用户名"), fields=("account__name", "account__username")),
        ui.Choices("role", _("角色"), choices=_role_choices),
    )
    ordering = ("-valid_to",)
    nothing = _("还没有人离任")


def _lacking(place: Any) -> list[str]:
    words = []
    if place.lacks_chief:
        words.append(_now("二级网格长") if place.level == Level.COMMUNITY else _now("三级网格长"))
    if place.level == Level.GRID and place.lacks_worker:
        words.append(_now("专职网格员"))
    return words


class Lacking(ui.Badges):
    """What a place lacks, each role as a mark."""

    def value(self, row: Any) -> Any:
        return _lacking(row)


class VacancyList(ui.ListPage):
    path, name = "posts/vacant/", "staff.vacancies"
    title = _("空缺岗位")
    lead = _("每个社区（村）应有二级网格长，每个网格应有三级网格长和专职网格员")
    right = rights.SEE_VACANCIES
    rows = queries.vacancies
    crumbs = ("staff.posts",)
    columns = (
        ui.Text("name", _("网格"), order="code"),
        ui.Place("community_id", _("社区（村）")),
        Lacking("lacking", _("空缺"), tone="warn"),
    )
    filters = (
        ui.InPlace(),
        ui.Choices(
            "level",
            _("层级"),
            choices=((Level.COMMUNITY, _("社区（村）")), (Level.GRID, _("网格"))),
        ),
    )
    ordering = ("code",)
    nothing = _("没有空缺")


def _end_act_refusal(row: Post, actor: Actor) -> Refusal | None:
    return end_refusal(row, actor, today=timezone.localdate())


class PostDetail(ui.DetailPage):
    path, name = "posts/<uuid:pk>/", "staff.post"
    title = _("岗位")
    right = rights.SEE_POSTS
    rows = queries.posts
    crumbs = ("staff.posts",)
    sections = (
        ui.Section(
            _("岗位"),
            (
                *POST_COLUMNS,
                ui.Text("granted_by", _("任命人")),
                ui.Text("agreed_by", _("复核人")),
                ui.Text("ended_reason", _("离任原因")),
            ),
        ),
        ui.Section(
            _("职责"),
            (
                ui.Computed(
                    "duties", _("职责"), give=lambda post: in_readers_language(post.role.duties)
                ),
            ),
        ),
    )
    acts = (
        ui.Act(
            _("同意任命"),
            "staff.agree_post",
            rights.AGREE_POSTS,
            refusal=agree_refusal,
            icon="check",
            main=True,
        ),
        ui.Act(
            _("退回任命"),
            "staff.refuse_post",
            rights.AGREE_POSTS,
            refusal=agree_refusal,
            icon="arrow-back-up",
        ),
        ui.Act(_("安排代行"), "staff.acting_post", rights.GRANT_POSTS, icon="arrows-exchange"),
        ui.Act(
            _("办理离任"),
            "staff.end_post",
            rights.GRANT_POSTS,
            refusal=_end_act_refusal,
            icon="logout",
            danger=True,
        ),
    )

    def heading(self) -> str:
        return f"{self.row.place.name} {self.row.role.named}"


class PostAct(ui.FormPage):
    """An act on one post."""

    sees = rights.SEE_POSTS
    rows = queries.posts
    crumbs = ("staff.posts",)
    done = "staff.post"

    def heading(self) -> str:
        return f"{self.title}：{self.row}"


class GrantPost(ui.FormPage):
    path, name = "accounts/<uuid:pk>/grant/", "staff.grant_post"
    title = _("任命岗位")
    sees = rights.SEE_ACCOUNTS
    right = rights.GRANT_POSTS
    rows = queries.accounts
    crumbs = ("staff.accounts",)
    form: ClassVar[type[forms.Form]] = GrantForm
    button = _("任命")
    lead = _("能大批量接触个人信息的岗位和三员岗位，须由安全管理员复核后生效")
    said = _("已任命")

    def heading(self) -> str:
        return f"{self.title}：{name_of(self.row)}"

    def initial(self) -> dict[str, Any]:
        return {"valid_from": timezone.localdate(self.at)}

    def act(self, data: dict[str, Any]) -> str:
        post = actions.grant_post(account=self.row, **data, by=self.actor, at=self.at)
        return reverse("staff.post", kwargs={"pk": post.pk})


class AgreePost(Agreeing, PostAct):
    path, name = "posts/<uuid:pk>/agree/", "staff.agree_post"
    title = _("同意任命")
    right = rights.AGREE_POSTS
    may_not = agree_refusal
    lead = _("同意后，该人员从任职日期起持有这一角色的全部权限")

    def act(self, data: dict[str, Any]) -> None:
        actions.agree_post(post=self.row, by=self.actor, at=self.at)


class RefusePost(Refusing, PostAct):
    path, name = "posts/<uuid:pk>/refuse/", "staff.refuse_post"
    title = _("退回任命")
    right = rights.AGREE_POSTS
    may_not = agree_refusal

    def act(self, data: dict[str, Any]) -> str:
        actions.refuse_post(post=self.row, reason=data["reason"], by=self.actor, at=self.at)
        return reverse("staff.posts")


class ActingPostPage(PostAct):
    path, name = "posts/<uuid:pk>/acting/", "staff.acting_post"
    title = _("安排代行")
    right = rights.GRANT_POSTS
    form: ClassVar[type[forms.Form]] = ActingForm
    button = _("安排代行")
    lead = _("代行人在期限内持有原岗位的权限，记录上写明代谁行使，到期自动结束")
    said = _("已安排代行")

    def form_arguments(self) -> dict[str, Any]:
        return {"holder": self.row.account}

    def initial(self) -> dict[str, Any]:
        return {"valid_from": timezone.localdate(self.at)}

    def act(self, data: dict[str, Any]) -> Post:
        return actions.grant_acting_post(post=self.row, **data, by=self.actor, at=self.at)


class EndPost(PostAct):
    path, name = "posts/<uuid:pk>/end/", "staff.end_post"
    title = _("办理离任")
    right = rights.GRANT_POSTS
    form: ClassVar[type[forms.Form]] = LeaveForm
    template = "staff/leave.html"
    button = _("办理离任")
    said = _("已办理离任")

    def refusal(self) -> Refusal | None:
        return end_refusal(self.row, self.actor, today=timezone.localdate(self.at))

    def form_arguments(self) -> dict[str, Any]:
        return {"holder": self.row.account}

    def initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(self.at)}

    def extra(self) -> dict[str, Any]:
        return {"waiting": handover.handover_list(self.row.account_id)}

    def act(self, data: dict[str, Any]) -> None:
        actions.end_post(post=self.row, **data, by=self.actor, at=self.at)
