"""A case by its number and code: the receipt, how it goes on, what its reporter says of the end."""

from __future__ import annotations

from functools import cached_property

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages.forms import blame
from gezhi.core.privacy.slips import qr_of
from gezhi.engines.matters.attachments.models import Attachment
from gezhi.engines.matters.attachments.pages import NOTHING_RUNS
from gezhi.engines.matters.attachments.shelf import shelf_here
from gezhi.services.cases.public import actions, faces, queries, rules, tallies
from gezhi.services.cases.public.forms import ReplyForm
from gezhi.services.cases.public.pages.doors import PublicPage


class ByCode(PublicPage):
    """A page that number and code open. Wrong ones are the same 404, and counted."""

    @cached_property
    def found(self) -> queries.Found:
        number = rules.as_written(self.kwargs["number"])[:24]
        code = rules.as_written(self.kwargs["code"])[:12]
        counted = tallies.guessing(address=self.address, number=number)
        tallies.demand_free(counted, self.at)
        found = queries.case_behind(number, code)
        if found is None:
            tallies.count(counted, self.at)
            raise Http404
        return found

    def admit(self) -> HttpResponseBase | None:
        _case = self.found
        return super().admit()

    @property
    def keys(self) -> dict[str, str]:
        return {"number": self.found.case.matter.number, "code": self.found.code}

    @property
    def case_address(self) -> str:
        return reverse("cases.public_case", kwargs=self.keys)


class CasePublicly(ByCode):
    path, name = "c/<str:number>/<str:code>/", "cases.public_case"
    title = _("办理进展")
    public = True
    template = "cases/public/case.html"
    crumbs = ("cases.public",)
    tab = "front"

    def get(self) -> HttpResponseBase:
        return self.show(ReplyForm())

    def show(self, form: ReplyForm, *, status: int = 200) -> HttpResponseBase:
        face = faces.face_of(self.found, self.at)
        photos = [
            reverse("cases.public_photo", kwargs={**self.keys, "photo": one}) for one in face.photos
        ]
        more = {"face": face, "photos": photos, "form": form, "keys": self.keys}
        return self.render(more, status=status)

    def post(self) -> HttpResponseBase:
        """What the reporter says of a closed case."""
        form = ReplyForm(self.request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        data = form.cleaned_data
        said = actions.Said(data["solved"], data["satisfied"], data["words"])
        try:
            actions.reply(self.found, said, by=self.reporter, at=self.at)
        except Refusal as refusal:
            blame(form, refusal)
            return self.show(form, status=refusal.status)
        words = _("谢谢您的答复") if said.solved else _("已转给受理人员，处理结果会写在这一页")
        messages.success(self.request, str(words))
        return HttpResponseRedirect(self.case_address)


class Receipt(ByCode):
    """Number, code and their picture: to keep, to photograph, to print."""

    path, name = "c/<str:number>/<str:code>/receipt/", "cases.public_receipt"
    title = _("已收到")
    public = True
    template = "cases/public/receipt.html"
    crumbs = ("cases.public",)
    tab = "report"

    def get(self) -> HttpResponseBase:
        address = self.request.build_absolute_uri(self.case_address)
        more = {
            "keys": self.keys,
            "qr": qr_of(address),
            "address": address,
            "case_address": self.case_address,
            "joined": self.found.joiner is not None,
        }
        return self.render(more)


class PhotoPublicly(ByCode):
    """A photo that the office released for the public page of a case."""

    path, name = "c/<str:number>/<str:code>/photos/<uuid:photo>/", "cases.public_photo"
    title = _("照片")
    public = True

    def get(self) -> HttpResponseBase:
        case = self.found.living
        shown = getattr(case, "shown", None)
        key = self.kwargs["photo"]
        if shown is None or key not in shown.photos or case.matter.state not in rules.ANSWERED_IN:
            raise Http404
        row = Attachment.objects.filter(matter_id=case.pk, pk=key, removed_at=None).first()
        content = shelf_here().content(row.sha256) if row is not None and row.is_picture else None
        if row is None or content is None:
            raise Http404
        answer = HttpResponse(content, content_type=row.media_type)
        answer["Content-Security-Policy"] = NOTHING_RUNS
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Disposition"] = f'inline; filename="{_now("照片")}"'
        answer["Cache-Control"] = "private, max-age=300"
        return answer


pages: tuple[type[ui.Page], ...] = (CasePublicly, Receipt, PhotoPublicly)
