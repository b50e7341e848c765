"""A matter with what happened to it and what may be done; and a page for each of its steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gezhi.base import pages as ui
from gezhi.base.actors import Actor
from gezhi.base.errors import Refusal
from gezhi.base.pages.listing import RowsOf
from gezhi.base.retelling import retold
from gezhi.engines.matters import actions, queries, refusing, rights
from gezhi.engines.matters.attachments.gallery import gallery_of
from gezhi.engines.matters.forms import TakeForm
from gezhi.engines.matters.language import Step, Workflow
from gezhi.engines.matters.models import Comment, Matter, Running
from gezhi.engines.matters.pages import columns as c

SHOWN = ("history", "comments", "clocks", "attachments")
"""What a matter's page shows besides its row, for `prefetch_related`."""
RELATED = ui.Related(
    gettext_lazy("相关事项"),
    queries.related_to,
    (c.NUMBER, c.TITLE, c.KIND, c.STATE),
    rights.INBOX,
    opens="matters.open",
    nothing=gettext_lazy("没有子事项，也没有关联其他事项"),
)
"""Its children, its parent, and what it is linked with, in one question."""
BESIDE = (
    ui.Act(gettext_lazy("发表意见"), "matters.comment", rights.INBOX, icon="message"),
    ui.Act(
        gettext_lazy("补充照片、材料"),
        "matters.attach",
        rights.INBOX,
        when=lambda matter: matter.ended_at is None,
        icon="photo",
    ),
    ui.Act(gettext_lazy("关注"), "matters.follow", rights.INBOX, icon="eye"),
    ui.Act(gettext_lazy("关联"), "matters.links", rights.INBOX, icon="link"),
)
"""What may be done with a matter of any kind beside its steps."""


def page_of(workflow: Workflow, step: Step) -> str:
    """URL name of the page on which a step is taken."""
    return f"{workflow.kind}.{step.code}"


def acts_of(
    workflow: Workflow, *, main: Sequence[str] = (), danger: Sequence[str] = ()
) -> tuple[ui.Act, ...]:
    """A button for each step of a workflow; those that do not leave the state are left out."""
    return tuple(
        ui.Act(
            step.title,
            page_of(workflow, step),
            step.right,
            refusal=partial(_refusal, step),
            when=partial(_leaves, step),
            main=step.code in main,
            danger=step.code in danger,
        )
        for step in workflow.steps
        if not step.by_system
    )


def _leaves(step: Step, matter: Matter) -> bool:
    return matter.state in step.leaves


def _refusal(step: Step, matter: Matter, actor: Actor) -> Refusal | None:
    return refusing.refusal(matter, step, actor, timezone.now())


def due_mark(matter: Matter, at: Any) -> ui.Mark | None:
    """How much time is left, in a word; None where nothing runs."""
    if matter.due_at is None:
        return None
    left = matter.due_at - at
    if left.total_seconds() < 0:
        return ui.Mark(_("已超期"), "bad")
    return ui.Mark(_("将到期"), "warn") if left < c.SOON else None


class MatterPage(ui.DetailPage):
    """A matter: its state and clocks, the service's sections, and its history beside them."""

    template = "matters/matter.html"
    workflow: ClassVar[Workflow]
    tones: ClassVar[Mapping[str, str]] = {}
    """Colours of states; ends are good, the rest blue."""

    def marks(self) -> Sequence[ui.Mark]:
        matter: Matter = self.row
        done = matter.state in self.workflow.ends_in
        tone = self.tones.get(matter.state, "good" if done else "info")
        found = [ui.Mark(matter.state_title, tone)]
        due = due_mark(matter, self.at)
        return [*found, due] if due is not None else found

    def timeline(self) -> Iterable[ui.Event]:
        """Steps and what was written beside them, newest first."""
        events = [
            ui.Event(
                one.at,
                _("提出") if not one.step else str(self.workflow.step(one.step).title),
                who=f"{one.by} {retold(one.post)}".strip(),
                body=one.said,
                tone="good" if one.went_to in self.workflow.ends_in else "info",
            )
            for one in self.row.history.all()
        ]
        events += [self._said(one) for one in self.row.comments.all()]
        # of two at one moment the later step stands first, too
        return sorted(events, key=lambda event: event.at)[::-1]

    def _said(self, comment: Comment) -> ui.Event:
        """What somebody wrote beside the steps; its writer may take it back."""
        if comment.withdrawn_at is not None:
            return ui.Event(comment.at, _("意见"), who=comment.by, body=_("（已撤回）"))
        mine = comment.account_id == self.actor.account_id
        to = reverse("matters.withdraw_comment", kwargs={"pk": comment.pk}) if mine else ""
        act = _("撤回") if mine else ""
        return ui.Event(comment.at, _("意见"), comment.by, comment.text, act=act, to=to)

    def extra(self) -> dict[str, Any]:
        return {"gallery": gallery_of(self.row, self.row.attachments.all(), self.actor)}

    def clocks(self) -> list[Running]:
        """The clocks of this matter, those that run first."""
        rows = list(self.row.clocks.all())
        return sorted(rows, key=lambda one: one.stopped_at is not None)


class TakePage(ui.FormPage):
    """One step of a matter: what it asks, and why it cannot be taken now."""

    step: ClassVar[Step]
    workflow: ClassVar[Workflow]
    form: ClassVar[type[forms.Form]] = TakeForm
    button = gettext_lazy("提交")
    said = gettext_lazy("已办理")

    @property
    def row(self) -> Any:
        """The matter; read for update where it is about to be moved, so that it is read once."""
        if self._row is None and self.locks:
            sight = self.sees or self.right
            rows = sight.rows(type(self).rows(self.actor, self.at), self.actor)
            found = rows.filter(pk=self.kwargs["pk"])
            self._row = found.select_for_update(of=("self",)).first()
        return super().row

    @property
    def locks(self) -> bool:
        """Whether this request moves it, within a transaction (the one that keeps it once)."""
        return self.request.method == "POST" and connection.in_atomic_block

    def form_arguments(self) -> dict[str, Any]:
        return {"step": self.step}

    def initial(self) -> dict[str, Any]:
        return {"revision": self.row.revision}

    def refusal(self) -> Refusal | None:
        return refusing.refusal(self.row, self.step, self.actor, self.at)

    def act(self, data: dict[str, Any]) -> Any:
        values = dict(data)
        actions.take(
            self.row,
            self.step.code,
            revision=values.pop("revision", None),
            said=values.pop("said", ""),
            values=values,
            locked=self.locks,
            by=self.actor,
            at=self.at,
        )
        return self.row


def step_pages(
    workflow: Workflow,
    *,
    of: type[MatterPage],
    forms: Mapping[str, type[TakeForm]] | None = None,
    base: type[TakePage] = TakePage,
    bases: Mapping[str, type[TakePage]] | None = None,
    rows: RowsOf | None = None,
) -> tuple[type[TakePage], ...]:
    """A page for each step, below the matter's own: `cases/<uuid:pk>/accept/`.

    `bases` names a class of its own for some steps. `rows` reads a matter with its workflow's facts
    and no more; without it as its page does.
    """
    asked = forms or {}
    return tuple(
        type(
            f"{step.code.title().replace('_', '')}Page",
            ((bases or {}).get(step.code, base),),
            {
                "__module__": of.__module__,
                "__doc__": f"The step {step.code} of {workflow.kind}.",
                "path": f"{of.path}{step.code.replace('_', '-')}/",
                "name": page_of(workflow, step),
                "title": step.title,
                "right": step.right,
                "sees": of.right,
                "rows": rows or of.rows,
                "crumbs": of.crumbs,
                "done": of.name,
                "step": step,
                "workflow": workflow,
                "form": asked.get(step.code, TakeForm),
            },
        )
        for step in workflow.steps
        if not step.by_system
    )
