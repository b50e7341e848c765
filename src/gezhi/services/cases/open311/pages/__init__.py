"""The addresses of GeoReport v2."""

from gezhi.services.cases.open311.pages.addresses import pages

__all__ = ["pages"]
