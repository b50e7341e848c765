"""Whose figures a reader may see: a place's staff those of places within their posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gezhi.base.actors import Actor
from gezhi.base.pages.hooks import TreeNode
from gezhi.base.rights import Right
from gezhi.engines.indicators.language import Board, Dimension

OF_PLACES = ("community", "grid")
"""Dimensions whose keys are places, in the order of their levels from 2."""


def sees_all(actor: Actor, right: Right) -> bool:
    """Whether the reader's post is the whole subdistrict's."""
    return any(one.level == 1 for one in actor.holdings_with(right.code))


def open_dimensions(board: Board, actor: Actor, right: Right) -> Sequence[Dimension]:
    """What the reader may break figures down by: a place's staff, by places within reach."""
    if sees_all(actor, right):
        return board.dimensions
    return [one for one in board.dimensions if one.code in OF_PLACES]


def keys_within(
    dimension: Dimension, found: Iterable[str], tree: Sequence[TreeNode], *, everything: bool
) -> list[str]:
    """The keys shown: for places those of the reader's tree, in its order, else all there are.

    `everything`: the reader sees the whole subdistrict, so what lies nowhere known as well.
    """
    if dimension.code not in OF_PLACES:
        return list(found)
    level = 2 + OF_PLACES.index(dimension.code)
    inside = [str(node.id) for node in walk(tree) if node.level == level]
    return [*inside, *[""] * (everything and "" in found)]


def walk(nodes: Iterable[TreeNode]) -> Iterator[TreeNode]:
    """Every place of a tree, each before those within it."""
    for node in nodes:
        yield node
        yield from walk(node.children)
