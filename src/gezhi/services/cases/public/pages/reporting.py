"""The way in for residents, and the form: what is open there already is offered before sending."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.core import signing
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages.forms import blame
from gezhi.core.places import queries as places
from gezhi.core.places.models import Building
from gezhi.core.privacy import actions as privacy
from gezhi.core.privacy import people, purposes
from gezhi.core.privacy.models import AccessKind
from gezhi.core.privacy.opening import plain_field
from gezhi.services.cases import actions as of_cases
from gezhi.services.cases import queries as cases
from gezhi.services.cases import rules
from gezhi.services.cases.models import Case, Category, Source
from gezhi.services.cases.public import actions, faces, queries, tallies
from gezhi.services.cases.public.forms import LookUpForm, PublicReportForm, begun
from gezhi.services.cases.public.pages.doors import PublicPage

SAME: Final = "gezhi.cases.same"
OFFERED_FOR: Final = 2 * 3600


class FrontPage(PublicPage):
    """Report, follow, look around: three ways, and what to do without a telephone."""

    path, name = "c/", "cases.public"
    title = _("反映问题")
    public = True
    template = "cases/public/front.html"
    tab = "front"

    def get(self) -> HttpResponseBase:
        return self.render({"form": LookUpForm()})

    def post(self) -> HttpResponseBase:
        """Look a case up. Wrong is wrong, whichever of the two it was."""
        form = LookUpForm(self.request.POST)
        if not form.is_valid():
            return self.render({"form": form}, status=422)
        number, code = form.cleaned_data["number"], form.cleaned_data["code"]
        counted = tallies.guessing(address=self.address, number=number)
        try:
            tallies.demand_free(counted, self.at)
            if queries.case_behind(number, code) is None:
                tallies.count(counted, self.at)
                raise Refusal(
                    _now("编号或查询码不对，请照回执核对；找不到回执的，请打 12345 查询"),
                    "cases.wrong_code",
                )
        except Refusal as refusal:
            blame(form, refusal)
            return self.render({"form": form}, status=refusal.status)
        return HttpResponseRedirect(
            reverse("cases.public_case", kwargs={"number": number, "code": code})
        )


class ReportPublicly(PublicPage):
    path, name = "c/report/", "cases.public_report"
    title = _("反映一个问题")
    public = True
    template = "cases/public/report.html"
    crumbs = ("cases.public",)
    tab = "report"

    def get(self) -> HttpResponseBase:
        initial = {"begun": begun(self.at), **self.own_contact()}
        return self.show(PublicReportForm(initial=initial))

    def own_contact(self) -> dict[str, str]:
        """Name and telephone of a resident who is signed in, so that they need not type them."""
        person = people.person(self.person_id) if self.person_id else None
        if person is None:
            return {}
        privacy.record_access(
            AccessKind.OWN,
            [person.pk],
            fields=["name", "phone"],
            purpose=purposes.OWN,
            post=_now("本人"),
            by=self.actor,
            at=self.at,
        )
        phone = plain_field(person, "phone") if hasattr(person, "phone") else ""
        return {"reporter": plain_field(person, "name"), "phone": phone}

    def show(
        self, form: PublicReportForm, *, status: int = 200, same: Sequence[Any] = ()
    ) -> HttpResponseBase:
        is_own = self.person_id is not None
        answer = self.render({"form": form, "same": same, "is_own": is_own}, status=status)
        return self.remembering(answer)

    def again(
        self, form: PublicReportForm, *, status: int, same: Sequence[Any] = ()
    ) -> HttpResponseBase:
        """The form as it was filled in, with what stands against it; opened anew where stale."""
        stale = any(one.code == "stale" for one in form.errors.as_data().get("begun", ()))
        if stale:
            fresh = self.request.POST.copy()
            fresh["begun"] = begun(self.at)
            form.data = fresh
        return self.show(form, status=status, same=same)

    def post(self) -> HttpResponseBase:
        if self.request.FILES:
            tallies.count(tallies.looking(address=self.address), self.at)
        form = PublicReportForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self.again(form, status=422)
        data = form.cleaned_data
        try:
            if word := self.request.POST.get("_join"):
                return self.joined(word, data)
            if "_anyway" not in self.request.POST and (same := self.perhaps_same(data)):
                return self.again(form, status=409, same=same)
            return self.reported(data)
        except Refusal as refusal:
            blame(form, refusal)
            return self.again(form, status=refusal.status)

    def reported(self, data: dict[str, Any]) -> HttpResponseBase:
        where = cases.whereabouts(
            *(data["address"], data["lon"], data["lat"]),
            by=self.reporter,
            day=timezone.localdate(self.at),
        )
        told = of_cases.Report(
            source=Source.RESIDENT,
            description=data["description"],
            address=data["address"],
            place=places.known(where.place_id) if where.place_id else None,
            building=Building(pk=where.building_id) if where.building_id else None,
            category=data["category"],
            lon=data["lon"],
            lat=data["lat"],
            reporter=data["reporter"],
            phone=data["phone"],
            confidential=data["confidential"],
        )
        case = actions.report_publicly(
            told,
            photos=data["photos"],
            counted=self.counted(data, place=str(where.place_id or "")),
            keep_for=self.keep_for(),
            by=self.reporter,
            at=self.at,
        )
        return self.receipt(case, case.pk)

    def joined(self, word: str, data: dict[str, Any]) -> HttpResponseBase:
        try:
            key = signing.loads(word, salt=SAME, max_age=OFFERED_FOR)
        except signing.BadSignature:
            raise Refusal(
                _now("这一件已不能加入，请点“都不是，另外反映”"), "cases.offer_over"
            ) from None
        case = Case.objects.select_related("matter").get(pk=key)
        told = of_cases.Joining(
            source=Source.RESIDENT,
            words=data["description"],
            reporter=data["reporter"],
            phone=data["phone"],
            confidential=data["confidential"],
        )
        joiner = actions.join_publicly(
            case,
            told,
            photos=data["photos"],
            counted=self.counted(data, joining=True),
            keep_for=self.keep_for(),
            by=self.reporter,
            at=self.at,
        )
        return self.receipt(case, joiner.pk)

    def keep_for(self) -> Any:
        """Whose own pages list it: nobody's where they would rather not."""
        return None if self.request.POST.get("_apart") else self.person_id

    def counted(
        self, data: dict[str, Any], *, place: str = "", joining: bool = False
    ) -> tallies.Counted:
        return tallies.reporting(
            address=self.address,
            device=self.device,
            place=place,
            phone=data["phone"] if self.person_id is None else "",
            joining=joining,
        )

    def receipt(self, case: Case, key: Any) -> HttpResponseBase:
        code = queries.code_of(key)
        keys = {"number": case.matter.number, "code": code}
        return HttpResponseRedirect(reverse("cases.public_receipt", kwargs=keys))

    def perhaps_same(self, data: dict[str, Any]) -> list[dict[str, str]]:
        """What is open near there of the same kind: kind, street and age, and no more."""
        category: Category | None = data["category"]
        topic = cases.topic_of(category)
        if queries.is_hidden(topic):
            return []
        spotted = rules.Spotted(data["lon"], data["lat"], self.at, data["address"].strip())
        found = cases.perhaps_same(spotted, topic)
        houses = {one.building_id for one in found if one.building_id is not None}
        known = {
            one.pk: one
            for one in (
                Building.objects.select_related("compound").filter(pk__in=houses) if houses else ()
            )
        }
        for one in found:
            if one.building_id is not None:
                one.building = known[one.building_id]
        return [
            {
                "word": signing.dumps(str(one.pk), salt=SAME),
                "what": str(one.category.name) if one.category else "",
                "where": queries.whereabouts_of(one),
                "age": faces.age(one.matter.opened_at, self.at),
            }
            for one in found
        ]


pages: tuple[type[ui.Page], ...] = (FrontPage, ReportPublicly)
