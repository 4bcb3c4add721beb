"""The files of a repository: with git, without it, with one file replaced; and nothing from outside the root."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cnlint.config import Config
from cnlint.scan import scan
from cnlint.tree import Replaced, normal, open_tree, shows


def put(root: Path, name: str, text: str = "x\n") -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words], cwd=root, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    for name in ("app/main.py", "app/.env", "app/new.py", "Dockerfile", "gone.py", "build/out.py"):
        put(root, name)
    put(root, ".gitignore", ".env\nbuild/\n")
    git(root, "init", "-q")
    git(root, "add", "app/main.py", "Dockerfile", "gone.py", ".gitignore")
    (root / "gone.py").unlink()
    return root


def test_a_checkout_has_what_git_tracks_or_would_track(checkout: Path) -> None:
    tree = open_tree([checkout])
    assert tree.root == str(checkout)
    assert tree.paths == (".gitignore", "Dockerfile", "app/main.py", "app/new.py")
    assert tree.ignored == ("app/.env",)
    assert tree.state("app/main.py") == "tracked"
    assert tree.state("app/new.py") == "untracked"
    assert tree.state("app/.env") == "ignored"
    assert tree.state("app/../app/./.env") == "ignored"
    assert tree.state("nowhere.py") == "outside"
    assert tree.exists("app/.env")
    assert tree.exists("build")
    assert not tree.exists("gone.py")


def test_a_folder_in_a_checkout_is_shown_and_the_rest_is_context(checkout: Path) -> None:
    tree = open_tree([checkout / "app"])
    assert tree.root == str(checkout)
    assert "Dockerfile" in tree.paths
    assert tree.named == ("app",)
    assert shows(tree.named, "app/main.py")
    assert not shows(tree.named, "Dockerfile")
    assert not shows(tree.named, "application/main.py")


def test_an_ignored_folder_that_is_named_is_a_tree_of_its_own(checkout: Path) -> None:
    tree = open_tree([checkout / "build"])
    assert tree.root == str(checkout / "build")
    assert tree.paths == ("out.py",)


def test_an_example_that_is_named_is_a_tree_of_its_own(checkout: Path) -> None:
    put(checkout, "examples/shop/tests/a.py")
    git(checkout, "add", "examples")
    put(checkout, "examples/shop/Dockerfile")
    tree = open_tree([checkout / "examples" / "shop"])
    assert tree.root == str(checkout / "examples" / "shop")
    assert tree.paths == ("Dockerfile", "tests/a.py")
    assert (tree.state("Dockerfile"), tree.state("tests/a.py")) == ("untracked", "tracked")


def test_hooks_of_the_checkout_are_not_run(checkout: Path) -> None:
    hook = checkout / "hook.sh"
    hook.write_text(f"#!/bin/sh\ntouch {checkout}/ran\n")
    hook.chmod(0o755)
    git(checkout, "config", "core.fsmonitor", str(hook))
    assert "app/main.py" in open_tree([checkout]).paths
    assert not (checkout / "ran").exists()


def test_the_environment_of_another_checkout_does_not_matter(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere/.git")
    assert "app/main.py" in open_tree([checkout]).paths


@pytest.mark.parametrize("broken", ["no git", "no repository"])
def test_without_git_ignore_files_hold_all_the_same(checkout: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    if broken == "no git":
        monkeypatch.setenv("PATH", str(checkout))
    else:
        (checkout / ".git" / "HEAD").unlink()
    tree = open_tree([checkout])
    assert tree.paths == (".gitignore", "Dockerfile", "app/main.py", "app/new.py")
    assert tree.ignored == ("app/.env",)
    assert {tree.state(path) for path in tree.paths} == {"unversioned"}
    assert tree.state("app/.env") == "ignored"


def test_nested_ignore_files_overrule_those_above(tmp_path: Path) -> None:
    put(tmp_path, ".gitignore", "*.log\n/top.txt\nlogs/\n")
    put(tmp_path, "a/.gitignore", "!keep.log\n/only.txt\n")
    for name in ("a/keep.log", "a/other.log", "a/only.txt", "a/b/only.txt", "a/top.txt", "top.txt", "logs/keep.log", "node_modules/x/y.js"):
        put(tmp_path, name)
    assert open_tree([tmp_path]).paths == (".gitignore", "a/.gitignore", "a/b/only.txt", "a/keep.log", "a/top.txt")


def test_links_pipes_and_what_lies_outside(tmp_path: Path) -> None:
    put(tmp_path, "secret.txt", "secret")
    root = tmp_path / "root"
    put(root, "inside.txt", "inside")
    (root / "broken").symlink_to("nowhere")
    (root / "out.txt").symlink_to("../secret.txt")
    (root / "folder").symlink_to("..")
    (root / "in.txt").symlink_to("inside.txt")
    os.mkfifo(root / "pipe")
    tree = open_tree([root])
    assert tree.paths == ("inside.txt",)
    assert tree.read("in.txt") == b"inside"
    assert not tree.exists("broken")
    for path in ("out.txt", "folder/secret.txt", "../secret.txt", "/etc/passwd", "pipe", "a\0b", "nowhere", ""):
        with pytest.raises(OSError, match=r".*"):
            tree.read(path)
    for path in ("out.txt", "../secret.txt", "folder/secret.txt", "a\0b"):
        assert not tree.exists(path)


def test_the_first_bytes_are_read_alone(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "0123456789")
    tree = open_tree([tmp_path])
    assert tree.read("a.txt", 4) == b"0123"
    assert tree.size("a.txt") == 10


def test_a_lone_file_is_a_tree_of_one(tmp_path: Path) -> None:
    put(tmp_path, "Dockerfile")
    put(tmp_path, "other.py")
    tree = open_tree([tmp_path / "Dockerfile"])
    assert tree.paths == ("Dockerfile",)
    assert tree.named == ("Dockerfile",)


def test_a_path_that_is_not_there_or_elsewhere_is_refused(checkout: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_tree([checkout / "missing"])
    with pytest.raises(ValueError, match="not in the repository"):
        open_tree([checkout, tmp_path])


def test_standard_input_replaces_one_file(checkout: Path) -> None:
    tree = open_tree([], (str(checkout / "Dockerfile"), b"FROM scratch\n"))
    assert tree.named == ("Dockerfile",)
    assert tree.read("./Dockerfile") == b"FROM scratch\n"
    assert tree.read("Dockerfile", 4) == b"FROM"
    assert tree.size("Dockerfile") == 13
    assert tree.state("Dockerfile") == "tracked"
    assert tree.read("app/main.py") == b"x\n"


def test_standard_input_may_be_a_new_file(tmp_path: Path) -> None:
    tree = open_tree([], (str(tmp_path / "deploy" / "new.py"), b"import os\n"))
    assert tree.paths == ("deploy/new.py",)
    assert tree.exists("deploy/new.py")
    assert tree.state("deploy/new.py") == "untracked"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.py", "a/b.py"),
        ("./a", "a"),
        ("a/../b", "b"),
        (".", ""),
        ("", ""),
        ("a//b/", "a/b"),
        ("../a", "../a"),
        (".env", ".env"),
        ("a/..", ""),
    ],
)
def test_paths_have_one_spelling(path: str, expected: str) -> None:
    assert normal(path) == expected


def test_a_replaced_ignore_file_holds(checkout: Path) -> None:
    put(checkout, "deploy/prod.env", "")
    put(checkout, "deploy/local.env", "")
    git(checkout, "add", "-f", "deploy/prod.env")
    tree = open_tree([checkout])
    replaced = Replaced(tree, "deploy/.gitignore", b"# secrets\n*.env\n", tree.named)
    assert set(tree.paths) - set(replaced.paths) == {"deploy/local.env"}, "what git tracks stays"
    assert "deploy/local.env" in Replaced(tree, "app/.gitignore", b"*.env\n", tree.named).paths


@pytest.mark.parametrize("versioned", [True, False])
def test_a_folder_that_cannot_be_listed_is_told(checkout: Path, monkeypatch: pytest.MonkeyPatch, *, versioned: bool) -> None:
    put(checkout, "deploy/web.yaml", "")
    put(checkout, "build/out.py", "")
    if not versioned:
        shutil.rmtree(checkout / ".git")
    listed = os.scandir

    def refuse(folder: str | Path) -> object:
        if str(folder).endswith(("/deploy", "/build")):
            raise PermissionError(13, "Permission denied", folder)
        return listed(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    tree = open_tree([checkout])
    assert tree.unreadable == (("deploy", "permission denied"),), "what is ignored is not looked at"
    found = scan(tree, Config(select=("CN0001",)))
    assert [(found.repository.paths[one.span.file], one.message) for one in found.results if one.code == "CN0001"] == [
        ("deploy", "not checked: the folder cannot be listed: permission denied")
    ]
