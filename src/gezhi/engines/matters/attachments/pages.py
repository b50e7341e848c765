"""Files of a matter by its own right: shown, saved, added, taken off."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.engines.matters import queries, refusing, rights
from gezhi.engines.matters.attachments import actions
from gezhi.engines.matters.attachments.forms import AttachForm
from gezhi.engines.matters.attachments.models import Attachment
from gezhi.engines.matters.attachments.shelf import shelf_here

NOTHING_RUNS = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
"""Opened by itself, a file is a document of no origin that may load and run nothing."""


class FileOf(ui.RowPage):
    """A page about one file of a matter: whoever may see the matter may see its files."""

    rows = queries.matters

    @cached_property
    def attachment(self) -> Attachment:
        """The file, while it has not been taken off; 404 else."""
        found = Attachment.objects.filter(matter=self.row, pk=self.kwargs["file"], removed_at=None)
        row = found.first()
        if row is None:
            raise Http404
        return row


class FilePage(FileOf):
    """The file itself. Pictures were drawn anew and are shown; everything else is to be saved."""

    path, name = "matters/<uuid:pk>/files/<uuid:file>/", "matters.file"
    title = _("附件")
    right = rights.INBOX

    def get(self) -> HttpResponseBase:
        row = self.attachment
        small = row.is_picture and bool(self.request.GET.get("small"))
        tag = f'"{row.sha256}{"s" if small else ""}"'
        if self.request.headers.get("If-None-Match") == tag:
            return self.cached(HttpResponseNotModified(), tag)
        shelf = shelf_here()
        content = shelf.small(row.sha256) if small else shelf.content(row.sha256)
        if content is None:
            raise Refusal(
                _now("这个附件的文件找不到了；请联系系统管理员从备份恢复"), "attachments.missing"
            )
        how = "inline" if row.is_picture else "attachment"
        answer = HttpResponse(content, content_type=row.media_type)
        name = f"{self.row.number}-{row.sha256[:8]}{row.extension}"
        answer["Content-Disposition"] = f'{how}; filename="{name}"'
        return self.cached(answer, tag)

    def cached(self, answer: HttpResponse, tag: str) -> HttpResponse:
        """Kept by the browser, but asked for again each time: rights may have changed."""
        answer["ETag"] = tag
        patch_cache_control(answer, private=True, no_cache=True)
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = NOTHING_RUNS
        answer["Cross-Origin-Resource-Policy"] = "same-origin"
        return answer


class AttachPage(ui.FormPage):
    path, name = "matters/<uuid:pk>/attach/", "matters.attach"
    title = _("补充照片、材料")
    lead = _("看得到这个事项的同事都能看到；照片里的位置信息会自动去掉")
    right = rights.INBOX
    rows = queries.matters
    crumbs = ("matters.waiting",)
    form = AttachForm
    button = _("添加")
    said = _("已添加")
    done = "matters.open"

    def refusal(self) -> Refusal | None:
        return refusing.over(self.row) if self.row.ended_at is not None else None

    def act(self, data: dict[str, Any]) -> Any:
        title = data["title"].strip()
        files = [replace(one, title=title) for one in (*data["photos"], *data["papers"])]
        if not files:
            raise Refusal(_now("请至少选择一个文件"), "attachments.none", field="photos")
        actions.attach(matter=self.row, stage=data["stage"], files=files, by=self.actor, at=self.at)
        return self.row


class TakeOffPage(FileOf, ui.ConfirmPage):
    path, name = "matters/<uuid:pk>/files/<uuid:file>/take-off/", "matters.take_off"
    title = _("撤下附件")
    right = rights.INBOX
    crumbs = ("matters.waiting",)
    form = ui.ReasonForm
    danger = True
    button = _("撤下")
    said = _("已撤下")
    done = "matters.open"

    def consequences(self) -> list[str]:
        return [
            _now("页面上不再显示，文件当晚删除；谁在什么时候撤下、为什么，留有记录"),
        ]

    def refusal(self) -> Refusal | None:
        return actions.take_off_refusal(self.attachment, self.row, self.actor)

    def act(self, data: dict[str, Any]) -> Any:
        actions.take_off(attachment=self.attachment, why=data["reason"], by=self.actor, at=self.at)
        return self.row


pages = (FilePage, AttachPage, TakeOffPage)
