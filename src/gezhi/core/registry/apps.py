from gezhi.base.areas import Area


class RegistryArea(Area):
    name = "gezhi.core.registry"
    label = "registry"
    title = "基础底数"
    verbose_name = title
    themes = ("wisdom",)
