"""A long file goes to the disk while it is made, is sent whole, and is closed when it was sent; a short one is kept in memory."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.platform.csv_text import csv_parts
from portal.web.edge.listing import IN_MEMORY, csv_file, long_file


@pytest.mark.parametrize("number", [0, 3, IN_MEMORY // 1000 * 3])
def test_a_file_arrives_as_it_was_made(number: int) -> None:
    parts = ["é" * 500] * number
    with Flask("files").test_request_context("/"):
        response = long_file("lang.csv", iter(parts), mimetype="text/csv")
        on_disk = response.direct_passthrough
        sent = b"".join(response.iter_encoded())
        assert sent.decode() == "".join(parts) and response.content_length == len(sent)
        assert on_disk is (number > 1000)
        assert response.headers["Content-Disposition"] == 'attachment; filename="lang.csv"'
        response.close()


def test_line_by_line_is_the_same_file() -> None:
    header, rows = ("a", "b"), [(1, "=x"), (None, "y;z")]
    with Flask("files").test_request_context("/"):
        assert csv_file("kort.csv", header, rows).get_data(as_text=True) == "".join(csv_parts(header, rows))
