"""并案: two reports of one thing become one case, and everybody who told of it hears of it."""

from __future__ import annotations

from django.db import OperationalError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from gezhi.base.errors import Conflict, Refusal
from gezhi.base.sentences import _ as kept
from gezhi.core.journal.actions import note
from gezhi.core.notices.actions import send
from gezhi.engines.matters.language import Stepping
from gezhi.engines.matters.models import Follower, Link, LinkKind
from gezhi.services.cases.actions.steps import write
from gezhi.services.cases.models import Case


def merge(stepping: Stepping) -> None:
    """The case under way repeats another: its reporters follow the living one from now on.

    Who they are stays sealed where it was; nothing is copied, so it can be taken apart again.
    """
    matter, given = stepping.matter, stepping.values["duplicate_of"]
    if given.pk == matter.pk:
        raise Refusal(_("不能并入自己"), "cases.merged_into_itself", field="duplicate_of")
    living = _locked(given)
    if living.matter.ended_at is not None:
        raise Refusal(_("只能并入在办的案件"), "cases.merged_into_ended", field="duplicate_of")
    write(stepping, merged_into=living, void_reason="duplicate")
    living.joined += 1 + matter.case.joined
    living.save(update_fields=["joined"])
    Link.objects.get_or_create(
        matter=matter,
        other=living.matter,
        kind=LinkKind.REPEATS,
        defaults={"made_at": stepping.at, "made_by": stepping.by.name},
    )
    coming = set(matter.followers.values_list("account_id", flat=True))
    if matter.opened_by_id is not None:
        coming.add(matter.opened_by_id)
    Follower.objects.bulk_create(
        [
            Follower(matter=living.matter, account_id=one, since=stepping.at, through_id=matter.pk)
            for one in sorted(coming)
        ],
        ignore_conflicts=True,
    )
    send(
        to=[one for one in coming if one != stepping.by.account_id],
        kind="cases.merged",
        title=kept("%(one)s 已并入 %(other)s，进展以后者为准")
        % {"one": matter.number, "other": living.matter.number},
        link=reverse("cases.case", kwargs={"pk": living.pk}),
        by=stepping.by,
        at=stepping.at,
    )
    stepping.found["told"] = True
    note(changes={"into": living.matter.number})


def take_apart(stepping: Stepping) -> None:
    """It was another thing after all: back among the reports, its followers with it."""
    matter, case = stepping.matter, stepping.matter.case
    if case.merged_into is None:
        raise Refusal(_("此案件没有并入其他案件"), "cases.not_merged")
    living = _locked(case.merged_into)
    living.joined = max(0, living.joined - 1 - case.joined)
    living.save(update_fields=["joined"])
    living.matter.followers.filter(through_id=matter.pk).delete()
    Link.objects.filter(matter=matter, other_id=living.pk, kind=LinkKind.REPEATS).delete()
    write(stepping, merged_into=None, void_reason="")
    note(changes={"out_of": living.matter.number})


def _locked(case: Case) -> Case:
    """The other case, locked without waiting: two merged into each other would wait for ever."""
    rows = Case.objects.select_related("matter").select_for_update(nowait=True)
    try:
        with transaction.atomic():
            return rows.get(pk=case.pk)
    except OperationalError:
        raise Conflict(
            _("另一个案件正在办理中，请稍后再试"), "cases.other_busy", field="duplicate_of"
        ) from None
