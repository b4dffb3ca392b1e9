"""What a benchmark says of memory is of the program that is measured, however much the one that starts it has."""

from __future__ import annotations

import json
import subprocess
import sys

STARTER_MB = 200
MEASURED = """
import json, resource
from tests.benchmarks.memory import highest
print(json.dumps([highest(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""
STARTER = f"""
import subprocess, sys
held = bytearray({STARTER_MB} << 20)
held[:: 4096] = b"x" * len(held[:: 4096])
print(subprocess.run([sys.executable, "-c", {MEASURED!r}], check=True, capture_output=True, text=True).stdout)
"""


def test_a_program_that_a_large_one_starts_is_measured_by_itself() -> None:
    answer = subprocess.run([sys.executable, "-c", STARTER], check=True, capture_output=True, text=True).stdout
    own, of_process = json.loads(answer)
    assert 0 < own < STARTER_MB / 2
    assert of_process >= STARTER_MB, "the control: what the system keeps per process is that of who started it"
