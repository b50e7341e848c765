"""The doors of the registries, one file a subject; `pages` is what the site opens."""

from gezhi.base.pages import Page
from gezhi.core.registry.pages import (
    exports,
    homes,
    household_forms,
    import_files,
    imports,
    life_forms,
    merging,
    people_forms,
    people_lists,
    person,
    quality,
    revealing,
    searching,
    unit_forms,
    unit_lists,
    units,
)

pages: tuple[type[Page], ...] = (
    *people_forms.pages,
    *revealing.pages,
    *exports.pages,
    *searching.pages,
    *import_files.pages,
    *imports.pages,
    *quality.pages,
    *merging.pages,
    *people_lists.pages,
    *person.pages,
    *life_forms.pages,
    *household_forms.pages,
    *unit_forms.pages,
    *unit_lists.pages,
    *homes.pages,
    *units.pages,
)
