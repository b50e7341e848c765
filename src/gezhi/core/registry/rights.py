"""Who may see and change the registries. Rows are reached through the places of a post."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from gezhi.base.rights import Right, within_posting

HERE: Final = within_posting()
"""People, households, dwellings, units and conflicts all carry a community and a grid."""

SEE_PEOPLE: Final = Right("registry.see_people", _("查看人口底数"), where=HERE)
CHANGE_PEOPLE: Final = Right("registry.change_people", _("登记和变更人口"), where=HERE)
SEE_CARE: Final = Right("registry.see_care", _("查看重点服务对象"), where=HERE)
CHANGE_CARE: Final = Right("registry.change_care", _("维护重点服务对象"), where=HERE)
SEE_DWELLINGS: Final = Right("registry.see_dwellings", _("查看房屋底数"), where=HERE)
CHANGE_DWELLINGS: Final = Right("registry.change_dwellings", _("登记和变更房屋"), where=HERE)
SEE_UNITS: Final = Right("registry.see_units", _("查看企业门店工地"), where=HERE)
CHANGE_UNITS: Final = Right("registry.change_units", _("登记和变更企业门店工地"), where=HERE)
SEE_VEHICLES: Final = Right("registry.see_vehicles", _("查看车辆"), where=HERE)
CHANGE_VEHICLES: Final = Right("registry.change_vehicles", _("登记和变更车辆"), where=HERE)
MERGE: Final = Right("registry.merge", _("合并与拆分人员记录"), where=HERE)
SETTLE: Final = Right("registry.settle", _("处理待核冲突"), where=HERE)
QUALITY: Final = Right("registry.quality", _("查看数据质量"), where=HERE)

# What a search finds is narrowed by the right to see each kind: this one says who has the box.
SEARCH: Final = Right("registry.search", _("搜索底数"))

# A sheet may name dwellings of several grids: its rows are asked one by one, under the right to
# change what they are about. So these say whether, and not where.
IMPORT: Final = Right("registry.import", _("导入底数表格"))
ROLLBACK_IMPORT: Final = Right("registry.rollback_import", _("撤回导入批次"))
EXPORT: Final = Right("registry.export", _("导出底数"), second_factor=True)
AGREE_EXPORT: Final = Right("registry.agree_export", _("审批底数导出"))
