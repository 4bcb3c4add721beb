"""The program. What every start must import stands here, and that is next to nothing."""

import sys


def main() -> None:
    """Run cnlint and end the process: 0 nothing found, 1 findings, 2 it could not do its job."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from cnlint import __version__

        sys.stdout.write(f"cnlint {__version__}\n")
        return
    import gc

    gc.disable()  # facts hold no cycles, and collecting among them costs more than all the checks
    from cnlint.cli.program import run

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
