"""How long matters are kept. What is personal in them lies in the services' own tables."""

from __future__ import annotations

from typing import Final

from gezhi.base.sentences import _
from gezhi.core.privacy.retention import NotPersonal, Rule, WhileInUse, With

TABLES: Final[dict[str, Rule]] = {
    "matters.Matter": WhileInUse(_("办理期间；办结后按归档期限")),
    "matters.Taken": With("matters.Matter"),
    "matters.Running": With("matters.Matter"),
    "matters.Pause": With("matters.Matter"),
    "matters.Follower": With("matters.Matter"),
    "matters.Comment": With("matters.Matter"),
    "matters.Link": With("matters.Matter"),
    "matters.Delegation": NotPersonal(),
    "matters.Attachment": With("matters.Matter"),
    "matters.Counter": NotPersonal(),
}
