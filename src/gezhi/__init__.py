"""格治: the platform of a subdistrict office."""

import os

# Polars' allocator keeps what it frees unless told otherwise; read once, when it is first loaded.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:100,muzzy_decay_ms:0")
