"""Hostile input, end to end: one clear line or finding each, the right exit code, and the rest of the work done."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from cnlint.cli.program import run
from cnlint.config import Config
from cnlint.fixing import write
from cnlint.reading import MAXIMUM_WRITTEN_SIZE
from cnlint.scan import scan
from cnlint.source import Source
from cnlint.syntax import dockerfile, yaml
from cnlint.syntax.dockerfile.variables import lexed
from cnlint.tree import open_tree

FAULTY = b"FROM python:latest\nCMD python app.py\n"
IN_MEMORY_LIMIT = 2_000_000_000
"""Bytes of address space for a run: what grows without end dies here, and does not take the machine with it."""


def bombs() -> dict[str, tuple[dict[str, bytes], str]]:
    """Return trees that once took all memory or far too long, by name, each with a part of the one finding (or none)."""
    arguments = "".join(f"ARG X{n}=${{X{n - 1}}}${{X{n - 1}}}${{X{n - 1}}}\n" for n in range(1, 60))
    variables = "".join(f"ENV X{n}=${{X{n - 1}}}${{X{n - 1}}}${{X{n - 1}}}\n" for n in range(1, 60))
    includes = {f"c{n}.yaml": f"include: [c{n + 1}.yaml, ./c{n + 1}.yaml]\nservices: {{}}\n".encode() for n in range(1, 40)}
    deployments = "".join(
        f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: a{n}}}\nspec: {{containers: [{{image: b}}]}}\n" for n in range(1500)
    )
    return {
        "arguments": ({"Dockerfile": f"ARG X0=aaaaaaaaaa\n{arguments}FROM $X59\nUSER 1000\n".encode()}, ""),
        "variables": ({"Dockerfile": f"FROM a:1\nUSER 1000\nENV X0=aaaaaaaaaa\n{variables}RUN $X59\n".encode()}, ""),
        "path": ({"Dockerfile": b"FROM a:1\nUSER 1000\nENV P=aaaaaaaaaa\n" + b"ENV P=$P:$P\n" * 100 + b"RUN $P\n"}, ""),
        "quotes": ({"Dockerfile": b"FROM a:1\nUSER 1000\nENV A=" + b'\\"' * 200_000 + b"\n"}, ""),
        "open-quotes": ({"Dockerfile": b"FROM a:1\nUSER 1000\nENV A=" + b"'" * 99 + b'"\\' * 200_000 + b"\n"}, ""),
        "lines": ({"Dockerfile": b"FROM a:1\nRUN a " + b"\\\n" * 100_000 + b"b\n"}, "more than 10,000 lines"),
        "blanks": ({"Dockerfile": b"FROM a:1\nUSER 1000\n# cnlint: x" + b" " * 200_000 + b"y\n"}, ""),
        "stages": ({"Dockerfile": b"".join(b"FROM s%d AS s%d\n" % (n, n + 1) for n in range(10_000)) + b"USER 1000\n"}, ""),
        "size": ({"Dockerfile": b"FROM a\n" + b"RUN a\n" * (MAXIMUM_WRITTEN_SIZE // 6)}, "larger than 1 MB"),
        "includes": ({"compose.yaml": b"include: [c1.yaml, ./c1.yaml]\nservices: {}\n", **includes}, ""),
        "comments": ({"a.yaml": b"apiVersion: v1\nkind: Pod\n" + b"# a comment\n" * 40_000}, ""),
        "pods": ({"a.yaml": deployments.encode()}, ""),
        "key": ({"pyproject.toml": b"a" + b".a" * 50_000 + b" = 1\n"}, "nested too deeply"),
        "codecs": ({"a.py": b"# coding: undefined\nimport os\n", "b.py": b"# coding: idna\nx = 1\n"}, ""),
    }


@pytest.mark.parametrize("name", bombs())
def test_nothing_grows_without_end(tmp_path: Path, name: str) -> None:
    files, finding = bombs()[name]
    done = limited(tmp_path, files)
    assert (done.returncode, done.stderr) == (1 if finding else 0, "")
    lines = [line for line in done.stdout.splitlines() if finding in line]
    assert lines == done.stdout.splitlines()
    assert len(lines) == (1 if finding else 0)


def limited(folder: Path, files: Mapping[str, bytes]) -> subprocess.CompletedProcess[str]:
    """Run cnlint over these files and look for what could not be read, in little memory and time."""
    for path, content in files.items():
        (folder / path).write_bytes(content)
    code = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_AS, ({IN_MEMORY_LIMIT}, {IN_MEMORY_LIMIT}))\n"
        "from cnlint.cli.main import main; main()"
    )
    command = [sys.executable, "-c", code, "check", "--format", "concise", "--select", "CN0001,CN0002"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=30)


@pytest.mark.parametrize("escape", ["\\", "`"])
def test_words_of_a_line_end_where_buildkit_ends_them(escape: str) -> None:
    text = f'A="x y" B={escape}"z C=a{escape} b D=\'e f\' E="never closed x=y'
    words = lexed(Source(text, "Dockerfile", 0), escape)
    assert [word.text for word in words] == ['A="x y"', f'B={escape}"z', f"C=a{escape} b", "D='e f'", 'E="never closed x=y']


def test_comments_know_whether_something_stands_before_them() -> None:
    document = yaml.parse(Source("# a\nb: 1 # c\r\n  # d\rx: 2 # e\n#f", "a.yaml", 0))
    assert [(comment.text, comment.trailing) for comment in document.comments] == [
        ("a", False),
        ("c", True),
        ("d", False),
        ("e", True),
        ("f", False),
    ]


def test_comments_and_directives_of_a_dockerfile_lose_their_blanks() -> None:
    document = dockerfile.parse(Source("# escape=` \t\n  ##  a b \t \nFROM a `\n# c \n AS b\n", "Dockerfile", 0))
    assert document.root.escape == "`"
    assert [comment.text for comment in document.comments] == ["escape=`", "a b", "c"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([""], "'': no such file or folder"),
        (["\x1b[31mred"], "\u241b[31mred: no such file or folder"),
        (["pipe"], "pipe: neither a file nor a folder"),
        ([os.devnull], f"{os.devnull}: neither a file nor a folder"),
        (["--exclude", "!", "."], "exclude: '!' is no pattern as in a .gitignore"),
        (["-o", "/dev/full", "."], "/dev/full: no space left on device"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    assert run(["check", *arguments]) == 2
    assert capsys.readouterr().err == f"cnlint: error: {message}\n"


def test_a_configuration_nested_too_deeply(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cnlint.toml").write_text("a = " + "[" * 100_000)
    assert run(["check", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"cnlint: error: {tmp_path}/cnlint.toml: nested too deeply\n"


def test_a_configuration_with_a_byte_order_mark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cnlint.toml").write_bytes(b'\xef\xbb\xbfselect = ["CN03"]\n')
    (tmp_path / "Dockerfile").write_bytes(FAULTY)
    assert run(["check", str(tmp_path)]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "closed", "code"),
    [
        (["check", "."], ">&-", 1),
        (["check", "."], "2>&-", 1),
        (["check", "nope"], ">&- 2>&-", 2),
        (["check", "."], "<&-", 1),
        (["--version"], ">&-", 0),
        (["--version"], ">/dev/full", 2),
        (["check", "."], ">/dev/full", 2),
    ],
)
def test_streams_that_are_closed_or_full(tmp_path: Path, arguments: list[str], closed: str, code: int) -> None:
    (tmp_path / "Dockerfile").write_bytes(FAULTY)
    command = f'exec "$@" {closed}'
    program = [sys.executable, "-m", "cnlint.cli.main", *arguments]
    done = subprocess.run(["sh", "-c", command, "sh", *program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 1


@pytest.mark.parametrize("name", ["::error::pwned", "a\nb", "\x1b[31m", "100%0A", "a:b,c", "\u202egnp"])
def test_names_that_would_be_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "Dockerfile").write_bytes(FAULTY)
    assert run(["check", "--format", "github", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert all(re.match(r"::warning file=[^:,]*,line=\d+,endLine=\d+,title=[^:,]*,col=\d+,endColumn=\d+::", line) for line in lines)
    assert all(line.isprintable() for line in lines)


def test_a_fix_keeps_mode_and_encoding(tmp_path: Path) -> None:
    place = tmp_path / "Dockerfile"
    place.write_bytes(FAULTY.decode().replace("\n", "\r\n").encode("utf-16"))
    place.chmod(0o640)
    assert run(["check", "--fix", "--select", "CN0901", str(tmp_path)]) == 0
    assert place.read_bytes() == 'FROM python:latest\r\nCMD ["python", "app.py"]\r\n'.encode("utf-16")
    assert place.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["Dockerfile"]


def test_fixes_append_lines_in_their_order(tmp_path: Path) -> None:
    names = [f"SHOP_{name}" for name in "ZEBRA YAK WOLF VOLE TAPIR SEAL RABBIT PUMA OTTER NEWT MOLE LYNX".split()]
    reads = "\n".join(f'os.environ.get("{name}")' for name in names)
    (tmp_path / "web.py").write_text(f"import os\n{reads}\n")
    (tmp_path / ".env.example").write_text("".join(f"{name}=\n" for name in names[:6]).rstrip())
    assert run(["check", "--fix", "--select", "CN0355", str(tmp_path)]) == 0
    assert (tmp_path / ".env.example").read_text() == "".join(f"{name}=\n" for name in names)


def test_a_fix_that_cannot_be_written_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone/Dockerfile"):
        write(tmp_path / "gone" / "Dockerfile", b"")


def test_a_file_that_vanishes_is_one_finding(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(FAULTY)
    (tmp_path / "compose.yaml").write_bytes(b"services:\n  web:\n    image: a:1\n")
    tree = open_tree([tmp_path])
    (tmp_path / "compose.yaml").unlink()
    results = scan(tree, Config(select=("CN0001", "CN0205"))).results
    assert sorted(result.code for result in results) == ["CN0001", "CN0205"]
