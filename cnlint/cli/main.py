"""The program. What every start must import stands here, and that is next to nothing."""

import os
import sys


def main() -> None:
    """Run cnlint and end the process: 0 nothing found, 1 findings, 2 it could not do its job."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:  # closed by who started us: what is opened next would take its place
            setattr(sys, name, open(os.devnull, "w" if number else "r", encoding="utf-8"))  # noqa: SIM115, PTH123 - open until the end
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from cnlint import __version__

        try:
            sys.stdout.write(f"cnlint {__version__}\n")
            sys.stdout.flush()
        except OSError as error:
            sys.stderr.write(f"cnlint: error: {(error.strerror or str(error)).lower()}\n")
            os._exit(2)  # an ordinary end would try to write once more
        return
    import gc

    gc.disable()  # facts hold no cycles, and collecting among them costs more than all the checks
    from cnlint.cli.program import run

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
