"""Neighbour Line starts here: `python3 run.py` on any machine with Python 3.11 or newer.

This file stays readable for very old Pythons, so that they can say in one sentence what is needed.
"""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "Neighbour Line needs Python 3.11 or newer; this is %d.%d (%s). Install a newer Python"
        " and run it with that one, for example: python3.11 run.py\n"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )
    sys.exit(1)

from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from assistant.bootstrap import main  # noqa: E402  # found only now, beside this file

if __name__ == "__main__":
    sys.exit(main(ROOT, sys.argv[1:]))
