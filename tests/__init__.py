"""The tests, and the processes they start, keep what Python compiled: without it each would compile all anew."""

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
