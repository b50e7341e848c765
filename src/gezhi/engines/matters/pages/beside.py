"""What may be done with a matter of any kind beside its steps: open, comment, follow, hand on."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.core.staff.models import Post
from gezhi.engines.matters import actions, queries, refusing, rights
from gezhi.engines.matters.forms import CommentForm, HandOnForm, LinkForm
from gezhi.engines.matters.models import LinkKind


class OpenPage(ui.RowPage):
    """One address for a matter of any kind: it leads to the page of its own kind."""

    path, name = "matters/<uuid:pk>/", "matters.open"
    title = _("打开事项")
    right = rights.INBOX
    rows = queries.matters

    def get(self) -> HttpResponseBase:
        address = actions.address_of(self.row)
        if not address:
            raise Http404
        return HttpResponseRedirect(address)


class _Beside(ui.FormPage):
    right = rights.INBOX
    rows = queries.matters
    crumbs = ("matters.waiting",)
    done = "matters.open"


class CommentPage(_Beside):
    path, name = "matters/<uuid:pk>/comment/", "matters.comment"
    title = _("发表意见")
    lead = _("写给看得到这个事项的同事；不要写居民的个人信息")
    form = CommentForm
    said = _("已发表")

    def act(self, data: dict[str, Any]) -> Any:
        actions.comment(matter=self.row, text=data["text"], by=self.actor, at=self.at)
        return self.row


class FollowPage(ui.ConfirmPage):
    path, name = "matters/<uuid:pk>/follow/", "matters.follow"
    title = _("关注")
    right = rights.INBOX
    rows = queries.matters
    crumbs = ("matters.waiting",)
    done = "matters.open"
    button = _("关注")
    said = _("已关注，可在“抄送我的”里查看进展")

    def act(self, data: dict[str, Any]) -> Any:
        if self.actor.account_id is not None:
            accounts = [self.actor.account_id]
            actions.follow(matter=self.row, accounts=accounts, by=self.actor, at=self.at)
        return self.row


class UnfollowPage(FollowPage):
    path, name = "matters/<uuid:pk>/unfollow/", "matters.unfollow"
    title = _("取消关注")
    button = _("取消关注")
    said = _("已取消关注")

    def act(self, data: dict[str, Any]) -> Any:
        actions.unfollow(matter=self.row, by=self.actor, at=self.at)
        return self.row


class HandOnPage(_Beside):
    path, name = "matters/<uuid:pk>/hand-on/", "matters.hand_on"
    title = _("转交经办人")
    form = HandOnForm
    button = _("转交")
    said = _("已转交")

    def form_arguments(self) -> dict[str, Any]:
        """Colleagues: who holds a post of the same unit today."""
        held = Post.objects.held(on=timezone.localdate(self.at)).select_related("account")
        mine = held.filter(unit_id=self.row.unit_id) if self.row.unit_id else held.none()
        return {
            "colleagues": sorted(
                {
                    (str(post.account_id), post.account.name)
                    for post in mine
                    if post.account_id != self.row.holder_id
                },
                key=lambda pair: pair[1],
            )
        }

    def refusal(self) -> Refusal | None:
        if not rights.in_hand().covers(self.actor, self.right.code, self.row):
            return refusing.not_in_hand()
        return refusing.over(self.row) if self.row.ended_at is not None else None

    def act(self, data: dict[str, Any]) -> Any:
        return actions.hand_on(
            matter=self.row, to=data["to"], why=data["why"], by=self.actor, at=self.at
        )


class WithdrawCommentPage(ui.ConfirmPage):
    path, name = "matters/comments/<uuid:pk>/withdraw/", "matters.withdraw_comment"
    title = _("撤回意见")
    right = rights.COMMENTS
    rows = queries.comments
    crumbs = ("matters.waiting",)
    button = _("撤回")
    said = _("已撤回；发表过意见这件事仍留在经过里")

    def consequences(self) -> list[str]:
        return [self.row.text]

    def refusal(self) -> Refusal | None:
        if self.row.withdrawn_at is None:
            return None
        return Refusal(_now("这条意见已经撤回"), "matters.withdrawn")

    def act(self, data: dict[str, Any]) -> str:
        actions.withdraw_comment(comment=self.row, by=self.actor, at=self.at)
        return reverse("matters.open", kwargs={"pk": self.row.matter_id})


class LinksPage(_Beside):
    """What a matter has to do with, and one more of it by its number."""

    path, name = "matters/<uuid:pk>/links/", "matters.links"
    title = _("关联事项")
    lead = _("写上另一事项的编号；两边的页面上都会出现")
    form = LinkForm
    button = _("关联")
    said = _("已关联")
    template = "matters/links.html"

    def extra(self) -> dict[str, Any]:
        mine = queries.links(self.actor, self.at).filter(Q(matter=self.row) | Q(other=self.row))
        seen = rights.LINKS.rows(mine, self.actor)
        return {"links": seen.order_by("-made_at"), "row": self.row}

    def act(self, data: dict[str, Any]) -> Any:
        rows = rights.INBOX.rows(queries.matters(self.actor, self.at), self.actor)
        other = rows.filter(number=data["other"].strip().upper()).first()
        if other is None:
            raise Refusal(
                _now("没有这个编号的事项，或不在您能看到的范围内"), "matters.no_such", field="other"
            )
        actions.link(matter=self.row, other=other, kind=LinkKind.ABOUT, by=self.actor, at=self.at)
        return self.row


class UnlinkPage(ui.ConfirmPage):
    path, name = "matters/links/<uuid:pk>/remove/", "matters.unlink"
    title = _("取消关联")
    right = rights.LINKS
    rows = queries.links
    crumbs = ("matters.waiting",)
    button = _("取消关联")
    said = _("已取消关联")

    def consequences(self) -> list[str]:
        return [f"{self.row.matter} — {self.row.other}"]

    def act(self, data: dict[str, Any]) -> str:
        back = reverse("matters.open", kwargs={"pk": self.row.matter_id})
        actions.unlink(link=self.row, by=self.actor, at=self.at)
        return back


pages = (
    *(OpenPage, CommentPage, FollowPage, UnfollowPage, HandOnPage),
    *(WithdrawCommentPage, LinksPage, UnlinkPage),
)
