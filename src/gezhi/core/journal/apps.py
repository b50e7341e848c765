from gezhi.base.areas import Area


class JournalArea(Area):
    name = "gezhi.core.journal"
    label = "journal"
    title = "操作留痕"
    verbose_name = title
