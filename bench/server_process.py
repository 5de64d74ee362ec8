"""The process of the server that is measured: the product with the floors beside it, gevent in place as there."""

import sys
from importlib import import_module

from app.up.__main__ import put_in_place

if __name__ == "__main__":
    put_in_place()
    import_module("bench.server").main(*sys.argv[1:])
