"""The search box: suggestions while one types, and a page of results."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gezhi.base import pages as ui
from gezhi.base.errors import Refusal
from gezhi.base.pages.columns import address_of
from gezhi.core.registry import rights
from gezhi.core.registry.questions import Kind, read_question
from gezhi.core.registry.search import Answer, Hit, search

KINDS: Final[dict[str, tuple[Any, str]]] = {
    "person": (_("人员"), "user"),
    "dwelling": (_("房屋"), "home"),
    "building": (_("楼栋"), "building"),
    "enterprise": (_("企业单位"), "building-skyscraper"),
    "shop": (_("门店"), "building-store"),
    "site": (_("工地"), "crane"),
    "vehicle": (_("车辆"), "car"),
}
AT_ONCE: Final = 4
"""Of each kind in the suggestions."""
ON_A_PAGE: Final = 20


class SearchPage(ui.Page):
    """What a text finds, narrowed by the right to see each kind."""

    path, name = "search/", "registry.search"
    title = _("搜索")
    right = rights.SEARCH
    template = "registry/search.html"

    def get(self) -> HttpResponseBase:
        text = self.request.GET.get("q", "").replace("\0", "")[:60].strip()
        suggesting = self.swaps == "found"
        try:
            answer = self.answer_to(text, suggesting)
        except Refusal as refusal:
            return self.render(
                {"text": text, "groups": [], "hint": refusal.sentence},
                template="registry/found.html" if suggesting else "",
                status=refusal.status,
            )
        more = {
            "text": text,
            "groups": grouped(answer),
            "hint": hint(text, answer, suggesting),
            "more": answer.more,
            "logged": answer.logged,
        }
        return self.render(more, template="registry/found.html" if suggesting else "")

    def answer_to(self, text: str, suggesting: bool) -> Answer:
        """What a text finds. A whole number is looked up only when it is sent, not while typed."""
        if not text:
            return Answer()
        if suggesting and looks_exact(text):
            return Answer()
        return search(text, by=self.actor, at=self.at, most=AT_ONCE if suggesting else ON_A_PAGE)


def looks_exact(text: str) -> bool:
    """Whether a text is a number: looking one up is logged, so it waits for the Enter key."""
    if read_question(text).kind is Kind.PLATE:
        return True
    bare = "".join(sign for sign in text if sign.isalnum())
    return sum(sign.isdigit() for sign in bare) >= 7 and bare.isascii()


def grouped(answer: Answer) -> list[dict[str, Any]]:
    """The hits by kind, each with its address."""
    groups: dict[str, list[Hit]] = {}
    for hit in answer.hits:
        groups.setdefault(hit.kind, []).append(hit)
    return [
        {
            "title": title,
            "icon": icon,
            "hits": [(hit, address_of(f"registry.{kind}", hit.id)) for hit in groups[kind]],
        }
        for kind, (title, icon) in KINDS.items()
        if kind in groups
    ]


_LIKE_A_NUMBER = re.compile(r"(?=.*\d)[\dA-Za-z*+ -]+")
"""Digits, with the letters and signs that stand among those of papers and telephones."""


def hint(text: str, answer: Answer, suggesting: bool) -> str:
    """What to try when nothing is shown."""
    if not text or answer.hits:
        return ""
    if suggesting and looks_exact(text):
        return gettext("按回车键查找完整号码；按号码查找会记入查阅记录")
    if answer.part and _LIKE_A_NUMBER.fullmatch(text):
        return gettext("号码不能只写一部分，请写完整的证件号或电话，或改用姓名、地址")
    return gettext(
        "没有找到。姓名可只写两个字，也可写拼音或首字母；地址可写成 紫兰苑3-2-501；"
        "不在您网格内的不显示"
    )


pages = (SearchPage,)
