"""Where configuration is found, what it may say, and how its errors point at the line."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import Struct

from cnlint.config import Config, ConfigError, ConfiguredIgnore, ignored_by_path, ignores, matching, options_of, selected
from cnlint.config_file import load_config
from cnlint.findings import Suppression
from cnlint.indexing import IndexEntry

INDEX = (
    IndexEntry("CN0001", "unreadable-file", "cnlint", "core", "warning", ("Problem",), (), "File cannot be read."),
    IndexEntry("CN0301", "hardcoded-credential", "config", "core", "error", ("Constant",), (), "Credential in the code."),
    IndexEntry("CN0312", "secret-in-environment", "config", "core", "error", ("EnvVar",), ("CN0311", "CN0315"), "Secret as a literal."),
    IndexEntry("CN0607", "host-path-volume", "processes", "recommended", "warning", ("Volume",), (), "Volume of the node."),
    IndexEntry("CN1606", "missing-owner", "ownership", "pedantic", "note", ("Workload",), (), "Nobody owns it."),
)


def codes(**fields: object) -> list[str]:
    return [entry.code for entry in selected(Config(**fields), INDEX)]  # type: ignore[arg-type]


def refused(tmp_path: Path, text: str, name: str = "cnlint.toml") -> str:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    return str(caught.value).removeprefix(f"{tmp_path}/")


def test_the_nearest_file_holds_up_to_the_top_of_the_checkout(tmp_path: Path) -> None:
    inner = tmp_path / "checkout" / "services" / "web"
    inner.mkdir(parents=True)
    (tmp_path / "cnlint.toml").write_text('preset = "all"\n')
    (tmp_path / "checkout" / ".git").mkdir()
    assert load_config(inner) == Config()
    (tmp_path / "checkout" / "pyproject.toml").write_text('[tool.cnlint]\npreset = "recommended"\n')
    assert load_config(inner).preset == "recommended"
    (tmp_path / "checkout" / "services" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert load_config(inner).preset == "recommended"
    (inner / "cnlint.toml").write_text('fail-on = "note"\n')
    assert load_config(inner).fail_on == "note"
    assert load_config(inner).preset == "core"


def test_everything_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "prod.tfvars").write_text("")
    (tmp_path / "cnlint.toml").write_text(
        """
        select = ["CN03"]
        extend-select = ["host-path-volume"]
        ignore = ["CN0312"]
        preset = "pedantic"
        min-confidence = "possible"
        min-severity = "note"
        fail-on = "error"
        exclude = ["generated/"]
        kube-version = "v1.31"
        var-file = ["envs/prod.tfvars"]
        target = ["production"]

        [[ignores]]
        checks = ["CN1401"]
        objects = ["Deployment/batch-*", "service/web"]
        paths = ["deploy/**"]
        reason = " they serve nothing "

        [per-file-ignores]
        "legacy/**" = ["CN"]

        [environments]
        "deploy/demo" = "development"

        [checks.host-path-volume]
        allowed = ["/etc/localtime"]
        """
    )
    config = load_config(tmp_path)
    assert config == Config(
        select=("CN03",),
        extend_select=("host-path-volume",),
        ignore=("CN0312",),
        preset="all",
        min_confidence="possible",
        min_severity="note",
        fail_on="error",
        exclude=("generated/",),
        kube_version="1.31",
        target=("production",),
        ignores=(ConfiguredIgnore(("CN1401",), "they serve nothing", ("Deployment/batch-*", "service/web"), ("deploy/**",)),),
        var_file=(str(tmp_path / "envs" / "prod.tfvars"),),
        per_file_ignores={"legacy/**": ("CN",)},
        environments={"deploy/demo": "development"},
        checks={"host-path-volume": {"allowed": ["/etc/localtime"]}},
        path=str(tmp_path / "cnlint.toml"),
    )


def test_errors_name_the_line_and_what_was_meant(tmp_path: Path) -> None:
    assert refused(tmp_path, '# mine\npreset = "core"\nselct = ["CN03"]\n') == "cnlint.toml:3: unknown key 'selct'; did you mean 'select'?"
    assert refused(tmp_path, 'preset = "cor"\n') == "cnlint.toml:1: preset must be one of core, recommended, all; did you mean 'core'?"
    assert refused(tmp_path, "\nselect = 3\n") == "cnlint.toml:2: select must be a list of texts"
    assert refused(tmp_path, '[environments]\n"deploy/demo" = "staging"\n').startswith(
        "cnlint.toml:2: environments.deploy/demo must be one of"
    )
    assert refused(tmp_path, 'kube-version = "latest"\n') == 'cnlint.toml:1: kube-version must be a Kubernetes version such as "1.31"'
    assert refused(tmp_path, 'var-file = ["x.tfvars"]\n') == f"cnlint.toml:1: var-file: {tmp_path / 'x.tfvars'}: no such file"
    assert refused(tmp_path, "preset = \n").startswith("cnlint.toml:1: not valid TOML: ")
    (tmp_path / "cnlint.toml").unlink()
    assert refused(tmp_path, "[tool.cnlint]\nwhat = 1\n", "pyproject.toml").startswith("pyproject.toml:2: unknown key 'what'")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('reason = "x"\n', "2: ignores needs 'checks'"),
        ('checks = ["CN03"]\nobjects = ["a"]\n', "2: ignores needs 'reason'"),
        ('checks = ["CN03"]\nreason = "x"\n', "2: ignores needs 'objects' or 'paths' (for all of the repository there is ignore)"),
        ('checks = ["CN03"]\nobject = ["a"]\n', "4: unknown key 'object' of ignores; did you mean 'objects'?"),
        ('checks = "CN03"\n', "3: ignores.checks must be a list of texts"),
        ('checks = ["CN03"]\nobjects = []\n', "4: ignores.objects must be a list of texts"),
        ('checks = ["CN03"]\nobjects = ["a"]\nreason = " "\n', "5: ignores.reason must be a text"),
    ],
)
def test_errors_in_ignores_name_the_line_of_their_entry(tmp_path: Path, text: str, told: str) -> None:
    first = '[[ignores]] # the first\nchecks = ["CN03"]\npaths = ["a"]\nreason = "x"\n'
    assert refused(tmp_path, f"# mine\n[[ignores]]\n{text}") == f"cnlint.toml:{told}"
    line, _, message = told.partition(":")
    assert refused(tmp_path, f"{first}[[ignores]]\n{text}") == f"cnlint.toml:{int(line) + 3}:{message}"
    assert refused(tmp_path, "ignores = 3\n") == "cnlint.toml:1: ignores must be a list of tables: [[ignores]]"


def test_an_explicit_file_must_be_there_and_be_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file or directory"):
        load_config(tmp_path, tmp_path / "mine.toml")
    (tmp_path / "mine.toml").write_bytes(b"preset = '\xff'")
    with pytest.raises(ConfigError, match="not UTF-8 text"):
        load_config(tmp_path, tmp_path / "mine.toml")


def test_selectors() -> None:
    assert codes() == ["CN0001", "CN0301", "CN0312"]
    assert codes(preset="recommended") == ["CN0001", "CN0301", "CN0312", "CN0607"]
    assert codes(preset="all") == [entry.code for entry in INDEX]
    assert codes(select=("CN06",)) == ["CN0001", "CN0607"]
    assert codes(select=("cn0311",)) == ["CN0001", "CN0312"]
    assert codes(extend_select=("missing-owner",)) == ["CN0001", "CN0301", "CN0312", "CN1606"]
    assert codes(ignore=("CN03", "unreadable-file")) == []


def test_what_says_more_decides() -> None:
    assert codes(select=("CN0301",), ignore=("CN03",)) == ["CN0001", "CN0301"]
    assert codes(select=("CN03",), ignore=("CN0301",)) == ["CN0001", "CN0312"]
    assert codes(select=("CN0301",), ignore=("CN0301",)) == ["CN0001"]


def test_a_selector_that_stands_for_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no check is called 'hardcoded-credentials'; did you mean 'hardcoded-credential'"):
        matching("hardcoded-credentials", INDEX)
    (tmp_path / "cnlint.toml").write_text('preset = "core"\nignore = [\n  "CN99",\n]\n')
    with pytest.raises(ConfigError, match=r"cnlint\.toml:3: no check is called 'CN99'"):
        selected(load_config(tmp_path), INDEX)


def test_ignores_of_files() -> None:
    config = Config(per_file_ignores={"legacy/": ("CN03",), "*.tf": ("secret-in-environment",)})
    names = frozenset({"CN0312", "secret-in-environment", "CN0311"})
    assert ignored_by_path(config, "legacy/web/app.py", names) == Suppression("configuration", "per-file-ignores: legacy/")
    assert ignored_by_path(config, "infra/main.tf", names) == Suppression("configuration", "per-file-ignores: *.tf")
    assert ignored_by_path(config, "web/app.py", names) is None
    assert ignored_by_path(config, "infra/main.tf", frozenset({"CN0301", "hardcoded-credential"})) is None


def test_ignores_of_objects() -> None:
    ignore = ConfiguredIgnore(("CN0301", "CN031"), "x", ("Deployment/batch-*", "service/web"))
    names = frozenset({"CN0312", "secret-in-environment", "CN0311"})
    batch, web = ("Deployment/batch-1", "shop/Deployment/batch-1", "container/app"), ("service/web", "container/web")
    assert ignores(ignore, "a.yaml", [batch], names) == "CN031"
    assert ignores(ignore, "a.yaml", [batch, web], names) == "CN031"
    assert not ignores(ignore, "a.yaml", [batch, ("Deployment/web",)], names), "another one that is not ignored"
    assert not ignores(ignore, "a.yaml", [()], names)
    assert not ignores(ignore, "a.yaml", [], names)
    assert not ignores(ignore, "a.yaml", [batch], frozenset({"CN0401"}))
    there = ConfiguredIgnore(("CN03",), "x", ("Deployment/*",), ("deploy/",))
    assert ignores(there, "deploy/a.yaml", [batch], names) == "CN03"
    assert not ignores(there, "a.yaml", [batch], names)
    assert ignores(ConfiguredIgnore(("CN03",), "x", (), ("*.yaml",)), "b/a.yaml", [()], names) == "CN03"


class Options(Struct):
    longest_wait: int = 30


def test_options_of_a_check(tmp_path: Path) -> None:
    def given(text: str) -> Options:
        (tmp_path / "cnlint.toml").write_text(text)
        found = options_of(load_config(tmp_path), "host-path-volume", Options)
        assert isinstance(found, Options)
        return found

    assert given("") == Options(30)
    assert given("[checks.host-path-volume]\nlongest-wait = 5\n") == Options(5)
    with pytest.raises(ConfigError, match=r"cnlint\.toml:2: unknown option 'longest' of host-path-volume; did you mean 'longest-wait'"):
        given("[checks.host-path-volume]\nlongest = 5\n")
    with pytest.raises(ConfigError, match=r"cnlint\.toml:1: options of host-path-volume: expected `int`, got `str`"):
        given('[checks.host-path-volume]\nlongest-wait = "5"\n')
