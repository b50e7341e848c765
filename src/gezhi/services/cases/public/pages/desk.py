"""How the office answers in public: what a page shows, and whoever says it is not solved."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.engines.matters.models import Matter
from gezhi.engines.matters.pages import columns as c
from gezhi.services.cases import rights
from gezhi.services.cases.models import Case
from gezhi.services.cases.public import actions, queries
from gezhi.services.cases.public.forms import AnswerForm, ShownForm


def _unanswered(matter: Matter) -> list[Any]:
    case: Case = matter.case
    return [one for one in case.replies.all() if not one.solved and one.answered_at is None]


def _said(matter: Matter) -> str:
    waiting = _unanswered(matter)
    return next((one.words for one in waiting if one.words), "")


def _number(matter: Matter) -> int:
    return len(_unanswered(matter))


class ReplyList(ui.ListPage):
    """Closed cases whose reporters say that they are not solved."""

    path, name = "cases/replies/", "cases.replies"
    title = _("追评未解决")
    right = rights.FILE
    rows = queries.replies
    opens = "cases.answer_replies"
    columns = (
        c.NUMBER,
        ui.Text("title", _("类别")),
        ui.Text("case.address", _("地点")),
        ui.Moment("case.closed_at", _("结案时间")),
        ui.Computed("unsolved", _("几人说没解决"), give=_number),
        ui.Computed("said", _("说了什么"), give=_said),
    )
    filters = (ui.InPlace(),)
    ordering = ("case__closed_at", "pk")
    nothing = _("没有反映人说还没解决")


class AnswerPage(ui.FormPage):
    path, name = "cases/<uuid:pk>/replies/", "cases.answer_replies"
    title = _("答复追评")
    lead = _("确实没解决的，请回案件页用“重新处置”；不用重办的，在这里说明原因")
    sees = rights.SEE
    right = rights.FILE
    rows = queries.closed_cases
    crumbs = ("cases.list",)
    form = AnswerForm
    button = _("答复")
    said = _("已答复，反映人在查询页上看得到")
    done = "cases.case"
    template = "cases/answer_replies.html"

    def extra(self) -> dict[str, Any]:
        rows = self.row.case.replies.all()
        said = [
            {
                "at": timezone.localtime(one.at),
                "solved": one.solved,
                "satisfied": one.satisfied,
                "words": one.words,
                "answer": one.answer,
            }
            for one in rows
        ]
        return {"replies": said}

    def act(self, data: dict[str, Any]) -> Any:
        actions.answer_replies(self.row, answer=data["answer"], by=self.actor, at=self.at)
        return self.row


class ShowPage(ui.FormPage):
    path, name = "cases/<uuid:pk>/public/", "cases.show"
    title = _("公开答复")
    lead = _("反映人凭编号和查询码看得到答复；照片默认都不公开")
    sees = rights.SEE
    right = rights.FILE
    rows = queries.closed_cases
    crumbs = ("cases.list",)
    form = ShownForm
    said = _("已保存，反映人查询页上随即生效")
    done = "cases.case"

    def form_arguments(self) -> dict[str, Any]:
        pictures = self.row.attachments.filter(removed_at=None, width__isnull=False)
        return {
            "photos": [
                (
                    str(one.pk),
                    f"{one.get_stage_display()} {timezone.localtime(one.added_at):%m-%d %H:%M}",
                )
                for one in pictures
            ]
        }

    def initial(self) -> dict[str, Any]:
        shown = getattr(self.row.case, "shown", None)
        if shown is None:
            return {}
        return {
            "words": shown.words,
            "withheld": shown.withheld,
            "photos": [str(one) for one in shown.photos],
        }

    def act(self, data: dict[str, Any]) -> Any:
        actions.show(
            self.row,
            words=data["words"],
            withheld=data["withheld"],
            photos=data.get("photos", []),
            by=self.actor,
            at=self.at,
        )
        return self.row


pages: tuple[type[ui.Page], ...] = (ReplyList, AnswerPage, ShowPage)
