from gezhi.base.areas import Area


class PrivacyArea(Area):
    name = "gezhi.core.privacy"
    label = "privacy"
    title = "个人信息保护"
    verbose_name = title
    themes = ("wisdom",)
