from gezhi.base.areas import Area


class NoticesArea(Area):
    name = "gezhi.core.notices"
    label = "notices"
    title = "消息"
    verbose_name = title
