"""The look: layout, components, one stylesheet, small scripts; the gallery at /ui/ shows them."""
