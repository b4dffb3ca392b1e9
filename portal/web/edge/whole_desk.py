"""Pages about the whole desk at once: who sees the cases of the own teams alone has none of them.

The post of all teams lies in one pile, and what stands out is found by comparing all cases. Everything else shows who sees some
cases those.
"""

from __future__ import annotations

from flask import abort, request

from portal.web.edge.policy import current_actor

WHOLE_DESK = frozenset(
    f"advisor.{name}" for name in ("post", "make_batch", "batch", "batch_pdf", "outbox_list", "flag_list", "flag")
)


def is_open_in_part(endpoint: str) -> bool:
    """Whether who is asking may open this as far as the cases go that they see."""
    return current_actor().sight is None or endpoint not in WHOLE_DESK


def require_whole_desk() -> None:
    """Stop the request with a 404 when it is about the whole desk and who asks sees a part. Runs before every view."""
    if not is_open_in_part(request.endpoint or ""):
        abort(404)
