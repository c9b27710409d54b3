"""`python -m dltui` is the `dltui` command; both begin here."""

import signal
import sys
from importlib import import_module


def main() -> int:
    """Run the command line. ctrl+c while it is being loaded ends the process without a word."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    code: int = import_module("dltui.cli").main()
    return code


if __name__ == "__main__":
    sys.exit(main())
