"""`python -m dltui` is the `dltui` command."""

import sys

from dltui.cli import main

sys.exit(main())
