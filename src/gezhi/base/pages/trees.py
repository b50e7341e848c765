"""The tree of places beside a list: links that work without JavaScript, open along the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gezhi.base.pages.hooks import TreeNode


def tree_html(
    nodes: Sequence[TreeNode], way: Sequence[TreeNode], address: Callable[[UUID], str]
) -> SafeString:
    """Nested lists; a place with others below it is a `details`, open on the way to the chosen."""
    open_ids = {node.id for node in way} | {node.id for node in nodes}
    chosen = way[-1].id if way else None
    below = escape(_("下级"))

    def line(node: TreeNode) -> str:
        href = escape(address(node.id))
        here = ' aria-current="true"' if node.id == chosen else ""
        count = f'<span class="tree-count">{node.count:,}</span>' if node.count is not None else ""
        link = f'<a href="{href}" hx-get="{href}"{here}>{escape(node.title)}</a>{count}'
        if not node.children:
            return f"<li>{link}</li>"
        opened = " open" if node.id in open_ids else ""
        inner = "".join(map(line, node.children))
        twist = f'<summary aria-label="{escape(node.title)} {below}"></summary>'
        return f"<li>{link}<details{opened}>{twist}<ul>{inner}</ul></details></li>"

    return mark_safe(f'<ul class="tree-list">{"".join(map(line, nodes))}</ul>')
