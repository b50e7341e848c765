"""Named writes of the registries, one file a subject."""
