"""Fixtures of the tests of pages: the toy office that lends out ladders."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client, override_settings

from gezhi.base.actors import Actor
from gezhi.base.pages import hooks
from gezhi.base.tests import ladders

Enter = Callable[[Actor | None], Client]


@pytest.fixture
def office() -> Iterator[None]:
    """The toy office's pages and places, without any table."""
    saved = {name: hook for name, hook in vars(hooks).items() if isinstance(hook, hooks.Hook)}
    provided = {name: dict(vars(hook)) for name, hook in saved.items()}
    for hook in saved.values():
        hook.withdraw()
    hooks.place_tree.provide(ladders.tree)
    hooks.place_names.provide(lambda: ladders.NAMES)
    with override_settings(**ladders.SETTINGS):
        yield
    for name, hook in saved.items():
        vars(hook).update(provided[name])
    ladders.visitor[0] = None


@pytest.fixture
def enter(office: None, db: None) -> Iterator[Enter]:
    """Come to the office's door as somebody, or as a stranger (None)."""

    def come(actor: Actor | None) -> Client:
        ladders.visitor[0] = actor
        return Client(headers={"accept-language": "zh-hans"})

    with ladders.ladder_table():
        yield come
