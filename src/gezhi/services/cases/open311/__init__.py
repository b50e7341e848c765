"""Open311 GeoReport v2: services, requests and tokens, read and written as JSON and as XML.

The standard is at wiki.open311.org/GeoReport_v2. Strangers read categories that cannot tell of a
person, and places as coarse as the public map has them; a program with a token reads what its
rights reach, and reports.
"""
