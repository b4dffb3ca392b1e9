"""The most memory that this program had: its own, not that of who started it.

What the system keeps per process (`ru_maxrss`) begins with the highest of the program that started it, and so measures that one
when it is the larger of the two. What it keeps per address space (`VmHWM` in `/proc/self/status`, proc(5)) begins anew with the program.
"""

from __future__ import annotations

from pathlib import Path


def highest() -> float:
    """The most memory that this program had, in MB (of 1,024 kB). Linux only."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kilobytes) / 1024
