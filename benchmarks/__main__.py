"""`python -m benchmarks [name …]`: measure and print one table."""

import argparse
import asyncio
import logging

from benchmarks import latency, memory, pace, sites, startup, throughput
from benchmarks.table import Row, render

MEASURES = {
    "throughput": throughput.measure,
    "pace": pace.measure,
    "latency": latency.measure,
    "memory": memory.measure,
    "startup": startup.measure,
    "sites": sites.measure,
}


def main() -> None:
    """Run what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MEASURES, []], metavar="name")
    names = parser.parse_args().names or list(MEASURES)
    logging.basicConfig(level=logging.ERROR)
    rows: list[Row] = []
    for name in names:
        print(f"measuring {name} …", flush=True)
        rows += asyncio.run(MEASURES[name]())
    print(render(rows))


if __name__ == "__main__":
    main()
