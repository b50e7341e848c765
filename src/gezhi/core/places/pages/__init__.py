"""The screens of the tree, the address library, boundaries, changes of grids, and the map."""

from __future__ import annotations

from gezhi.base.pages import Page

pages: tuple[type[Page], ...] = ()
