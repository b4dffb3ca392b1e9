"""`python -m tests.benchmarks [GROUP ...]`: one JSON line per figure; without groups all of them."""

import json
import os
import sys

from tests.benchmarks.figures import GROUPS, PARTS, figures
from tests.field_keys import FIELD_KEYS


def main() -> int:
    """Print the figures; exit 1 when a target does not hold, 2 when there is no such group."""
    os.environ.setdefault("FIELD_KEYS", FIELD_KEYS)
    wanted, kept = sys.argv[1:] or list(GROUPS), True
    if not set(wanted) <= GROUPS.keys() | PARTS.keys():
        print(f"groups: {', '.join([*GROUPS, *PARTS])}", file=sys.stderr)
        return 2
    for figure in figures(wanted):
        line = figure.as_dict()
        kept = kept and bool(line["holds"])
        print(json.dumps(line), flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
