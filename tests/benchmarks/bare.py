"""`python -m tests.benchmarks.bare PORT THREADS`: a bare Flask application with one small page of Jinja, on the server of the desk.

`/one-read` is the same page after one row was read from the database in ``READS``: the floor of every page that has to know who asks.
"""

import os
import sys

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from waitress import serve

PAGE = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><header><ul>{% for link in links %}<li><a href="/{{ link }}">{{ link }}</a></li>{% endfor %}</ul></header>
<main><h1>{{ title }}</h1>{% for text in texts %}<p>{{ text }}</p>{% endfor %}</main></body></html>"""
TEXTS = ["Vertel wat u wilt leren. Wij zoeken uit wie het betaalt. " * 4] * 12
ENGINE = create_engine(os.environ["READS"])
ROW = text("SELECT * FROM development_question WHERE id >= :id ORDER BY id LIMIT 1")

app = Flask(__name__)
app.jinja_loader = DictLoader({"page.html": PAGE})  # type: ignore[assignment]


@app.get("/")
def start() -> str:
    """The page."""
    return render_template("page.html", title="Een bladzijde", links=["een", "twee", "drie"], texts=TEXTS)


@app.get("/one-read")
def one_read() -> str:
    """The page, once a session and its row were read."""
    with Session(ENGINE) as session, session.begin():
        session.execute(ROW, {"id": 1}).one()
    return start()


if __name__ == "__main__":
    serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=int(sys.argv[2]))
