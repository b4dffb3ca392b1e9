"""Random walks through the whole desk: acts of every department, two people, both databases; and an outside recount of the money.

A walk follows from its seed alone. To walk one again, and see what it did::

    WALKS=1017 .venv/bin/python -m pytest tests/reliability/walks -n0 -q -s -k named

Even seeds walk on SQLite, odd ones on PostgreSQL. `make night` walks five hundred of them.
"""
