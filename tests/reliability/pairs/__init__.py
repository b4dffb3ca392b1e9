"""All pairs of acts: two people do something to one record at the same moment, and it comes out right.

**What is done.** A scene (``scenes/``) is a desk in which many acts can be done on the same record: a voucher with an invoice that
waits, a batch that is to be released. Its rows say how each act is called there. Every two acts of a scene of which one writes
where the other looks or writes (seen from the statements themselves, so nobody has to say what an act touches) are done

* on SQLite one after the other, in both orders: its writer has the database to itself;
* on PostgreSQL at once, in both orders: the first act reads what it is about and stands still right before its first statement
  that locks or writes, the second is done whole and commits, then the first goes on.

**What is right.** What came of both acts and every row of every table (``fingerprint.py``) must be as in one of the two orders; or
the one is done, the other was told that somebody was first, and the desk is as after the one alone. No act may end in an error
that no page shows, and after every run the books and the audit log have no break. ``running.py`` says it in code.

**Adding an act.** ``test_table.py`` fails until it has a row in a scene in which it can be done, or stands in ``exceptions.py``
with the reason why it needs none. A row must be done by itself: what is refused anyhow proves nothing. A new kind of record gets
a scene of its own.

**Running.** ``make proof`` does all pairs. ``make test`` does a sample in which every act occurs. One scene, all pairs::

    PROOF=1 .venv/bin/python -m pytest tests/reliability/pairs -n0 -k "batch and released"

One pair is done, with all that differs, by naming its two rows::

    PAIR="lower_award|top_up" PROOF=1 .venv/bin/python -m pytest tests/reliability/pairs -n0
"""
