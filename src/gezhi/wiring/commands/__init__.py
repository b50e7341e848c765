"""The commands of `gezhi`, one file each: `add` declares it, `run` does it and returns the code."""
