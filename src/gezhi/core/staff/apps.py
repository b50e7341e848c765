from gezhi.base.areas import Area


class StaffArea(Area):
    name = "gezhi.core.staff"
    label = "staff"
    title = "人员与岗位"
    verbose_name = title
