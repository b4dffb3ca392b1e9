from collections import namedtuple

Planted = namedtuple("Planted", "name")
PLANTED = ()
