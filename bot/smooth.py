"""What keeps the event loop from waiting for Python itself; for a process that runs the bot."""

import gc
import sys

SWITCH_SECONDS = 0.0005  # that long a thread computes while the event loop wants to


def smooth() -> None:
    """Let threads give way soon, and the garbage collector leave alone what is there for good.

    Threads read files and make the search anew. By default each time the event loop comes back
    from a system call it may wait 5 ms for one of them, several times in a row. A full collection
    walks through all content: 80 ms, while everything waits. So call this when that is loaded.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
