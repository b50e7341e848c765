"""Who may see what the cells report to the district."""

from django.utils.translation import gettext_lazy as _

from gezhi.base.rights import Right

SEE_ROLLUPS = Right("cells.see_rollups", _("查看各街道汇总数"))
