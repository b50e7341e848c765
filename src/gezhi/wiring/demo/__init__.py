"""The demonstration: two invented towns in their cells, a cast to sign in as, and a front page.

Everything is entered through actions, as an office would enter it: the tree and the address
library at once, units one by one, people and houses from sheets. Running it again goes on where
the last run stopped. Nothing here answers unless GEZHI_DEMO is set.
"""
