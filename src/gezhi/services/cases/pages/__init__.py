"""Screens of cases."""

from gezhi.services.cases.pages import case, catalogue, lists, reporting

pages = (*reporting.pages, *lists.pages, *case.pages, *catalogue.pages)
