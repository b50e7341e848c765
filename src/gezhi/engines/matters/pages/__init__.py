"""Screens of matters: the inbox here; a matter and its steps as each service declares them.

A service's `pages.py`::

    class LendingPage(matters.MatterPage):
        path, name = "ladders/<uuid:pk>/", "ladders.lending"
        title = _("借梯子")
        right = rights.SEE
        rows = queries.lendings
        crumbs = ("ladders.list",)
        workflow = LENDING
        acts = matters.acts_of(LENDING, main=("lend", "take_back"), danger=("decline",))

    pages = (LendingPage, *matters.step_pages(LENDING, of=LendingPage, forms={"lend": LendForm}))

Each step of the workflow is a page of its own below the matter's, with the step's own right.
"""

from gezhi.engines.matters.attachments import pages as attachments
from gezhi.engines.matters.pages import beside, delegations, many
from gezhi.engines.matters.pages.inbox import DoneList, FollowedList, OpenedList, WaitingList
from gezhi.engines.matters.pages.many import TOGETHER
from gezhi.engines.matters.pages.matter import (
    BESIDE,
    RELATED,
    SHOWN,
    MatterPage,
    TakePage,
    acts_of,
    due_mark,
    step_pages,
)

__all__ = [
    "BESIDE",
    "RELATED",
    "SHOWN",
    "TOGETHER",
    "MatterPage",
    "TakePage",
    "acts_of",
    "due_mark",
    "step_pages",
]

pages = (
    WaitingList,
    DoneList,
    FollowedList,
    OpenedList,
    *beside.pages,
    *many.pages,
    *delegations.pages,
    *attachments.pages,
)
