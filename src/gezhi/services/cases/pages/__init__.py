"""Screens of cases."""

from gezhi.services.cases.overview import pages as overview
from gezhi.services.cases.pages import (
    alike,
    case,
    catalogue,
    catalogue_sheet,
    figures,
    hotline,
    joiners,
    joint,
    lists,
    practice,
    reporting,
    suggesting,
)
from gezhi.services.cases.public import pages as public

pages = (
    *reporting.pages,
    *figures.pages,
    *lists.pages,
    *overview.pages,
    *joint.pages,
    *joiners.pages,
    *practice.pages,
    *catalogue.pages,
    *catalogue_sheet.pages,
    *case.pages,
    *public.pages,
    *hotline.pages,
    *suggesting.pages,
    *alike.pages,
)
