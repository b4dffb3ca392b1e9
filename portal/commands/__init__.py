"""The commands of ``loket``, one module per noun, imported only when used."""
