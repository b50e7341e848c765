"""Pages for anybody, and the few by which the office answers them."""

from gezhi.services.cases.open311 import pages as open311
from gezhi.services.cases.public.pages import around, desk, following, own, reporting

pages = (*reporting.pages, *around.pages, *following.pages, *desk.pages, *own.pages, *open311.pages)
