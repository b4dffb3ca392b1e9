"""Finding anything that one may see by what people know of it: a name, a number, an address, also with a typing mistake in it."""

from portal.oversight.finding import keeping

__all__ = ["keeping"]
