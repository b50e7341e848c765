"""Screens of cases."""

from gezhi.services.cases.pages import case, catalogue, figures, lists, reporting

pages = (*reporting.pages, *figures.pages, *lists.pages, *case.pages, *catalogue.pages)
