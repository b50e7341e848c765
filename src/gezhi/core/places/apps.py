from gezhi.base.areas import Area


class PlacesArea(Area):
    name = "gezhi.core.places"
    label = "places"
    title = "网格与地址"
    verbose_name = title
    themes = ("harmony", "wisdom")
