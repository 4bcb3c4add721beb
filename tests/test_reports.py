"""Reports: what people, editors, GitHub and other programs get to see of the same findings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec import structs

from cnlint.checking import index
from cnlint.findings import Suppression
from cnlint.indexing import IndexEntry
from cnlint.report import concise, github, records, sarif, statistics, text
from cnlint.report.fingerprints import fingerprints
from cnlint.report.manual import contents, manual
from cnlint.report.pages import page
from cnlint.report.table import table
from cnlint.report.view import View, printable
from cnlint.scan import Scan
from cnlint.source import Span
from tests.report_scans import HERE, Reported

INDEX = {entry.name: entry for entry in index()}
SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-2.1.0.json").read_text("utf-8"))


def of(name: str, severity: str = "warning") -> dict[str, object]:
    return {"name": name, "code": INDEX[name].code, "severity": severity}


def sample() -> Scan:
    files = Reported(
        {
            "deploy/web app.yaml": "kind: Deployment\nspec:\n\treplicas: 3\n",
            "web/app.py": 'NAME = "wëb"\nTIMEOUT = 3  # 100%, or: more\n',
            "logo.txt": b"\xff\xfe\xff",
        }
    )
    first = files.result(
        files.span("web/app.py", "TIMEOUT = 3"),
        "the time-out of 100%, [which]: see",
        **of("syntax-error", "error"),
        subject="web.app",
        about="TIMEOUT",
        related=(files.near("deploy/web app.yaml", "replicas", "three copies of it"),),
    )
    second = files.result(Span(1, 0, 0), "not checked: no text\x1b[31m", **of("unreadable-file"))
    third = files.result(
        files.span("deploy/web app.yaml", "Deployment", exact=False), "by hand", **of("unused-ignore", "note"), confidence="possible"
    )
    ignored = files.result(
        files.span("web/app.py", "NAME"), "a name", **of("syntax-error"), suppression=Suppression("inline", "it is a name")
    )
    return files.scan(first, second, third, suppressed=(ignored,), selected=tuple(INDEX.values()))


def test_text() -> None:
    assert text.render(sample(), View("/memory/web", 80)) == (
        "app.py:2:1: CN0002 error the time-out of 100%, [which]: see [syntax-error]\n"
        ' 1 | NAME = "wëb"\n'
        " 2 | TIMEOUT = 3  # 100%, or: more\n"
        "   | ^^^^^^^^^^^\n"
        "   see ../deploy/web app.yaml:3:2: three copies of it\n"
        "   3 |     replicas: 3\n"
        "     |     ^^^^^^^^\n"
        f"{advice('syntax-error')}\n"
        "../logo.txt:1:1: CN0001 warning not checked: no text␛[31m [unreadable-file]\n"
        f"{advice('unreadable-file')}\n"
        "../deploy/web app.yaml:1:7: CN0003 note (possible) by hand [unused-ignore]\n"
        " 1 | kind: Deployment\n"
        " 2 | spec:\n"
        f"{advice('unused-ignore')}\n"
        "1 error, 1 warning, 1 note, 1 ignored; 3 files read in 0.0 s\n"
    )


def advice(name: str) -> str:
    found = page(INDEX[name]).advice
    return f"   help: {found}\n" if found else ""


def test_colours_change_nothing_else() -> None:
    import re

    plain, coloured = text.render(sample(), HERE), text.render(sample(), structs.replace(HERE, colour=True))
    assert "\x1b[1;31mCN0002 error\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_nothing_found() -> None:
    assert text.render(Reported({"a": "", "b": ""}).scan(), HERE) == "no findings; 2 files read in 0.0 s\n"


def test_many_related_places_are_counted() -> None:
    files = Reported({f"{number:02}.yaml": "tag: latest\n" for number in range(14)})
    near = tuple(files.near(f"{number:02}.yaml", "latest", "here, too") for number in range(1, 14))
    shown = text.render(files.scan(files.result(files.span("00.yaml", "latest"), related=near)), HERE)
    assert shown.count("   see ") == 8
    assert "   and 5 more places\n" in shown


def test_concise() -> None:
    assert concise.render(sample(), HERE) == (
        "web/app.py:2:1: CN0002 error the time-out of 100%, [which]: see\n"
        "logo.txt:1:1: CN0001 warning not checked: no text␛[31m\n"
        "deploy/web app.yaml:1:7: CN0003 note by hand\n"
    )


def test_statistics() -> None:
    assert statistics.render(sample(), HERE).splitlines()[0] == "1  CN0001 warning  unreadable-file"


def test_github_commands_are_escaped() -> None:
    assert github.render(sample(), HERE).splitlines() == [
        "::error file=web/app.py,line=2,endLine=2,title=CN0002 syntax-error,col=1,endColumn=12::the time-out of 100%25, [which]: see",
        "::warning file=logo.txt,line=1,endLine=1,title=CN0001 unreadable-file,col=1,endColumn=1::not checked: no text␛[31m",
        "::notice file=deploy/web app.yaml,line=1,endLine=1,title=CN0003 unused-ignore::by hand",
    ]


def test_json() -> None:
    report = json.loads(records.render(sample(), View("/memory/web")))
    assert report["counts"] == {"error": 1, "warning": 1, "note": 1}
    first = report["findings"][0]
    assert (first["path"], first["start"], first["end"]) == ("app.py", {"line": 2, "column": 1}, {"line": 2, "column": 12})
    assert first["related"][0]["path"] == "../deploy/web app.yaml"
    assert (first["subject"], first["about"]) == ("web.app", "TIMEOUT")
    assert report["suppressed"][0]["suppression"] == {"kind": "inline", "reason": "it is a name"}
    assert report["findings"][2]["exact"] is False


def log() -> dict[str, Any]:
    report: dict[str, Any] = json.loads(sarif.render(sample(), HERE))
    return report


def test_sarif_is_valid() -> None:
    jsonschema.validate(log(), SCHEMA)


def test_sarif_results() -> None:
    run = log()["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    first, second, third, ignored = run["results"]
    assert rules[first["ruleIndex"]]["id"] == first["ruleId"] == "CN0002"
    assert first["message"]["text"] == r"the time-out of 100%, \[which\]: see (see [three copies of it](1))"
    location = first["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "web/app.py", "uriBaseId": "%SRCROOT%", "index": 0}
    assert location["region"] == {"startLine": 2, "endLine": 2, "startColumn": 1, "endColumn": 12, "snippet": {"text": "TIMEOUT = 3"}}
    assert first["relatedLocations"][0]["id"] == 1
    assert (
        run["artifacts"][first["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["index"]]["location"]["uri"]
        == "deploy/web%20app.yaml"
    )
    assert second["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert third["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "endLine": 1}
    assert ignored["suppressions"] == [{"kind": "inSource", "status": "accepted", "justification": "it is a name"}]


def test_sarif_rules_tell_of_each_check_that_ran() -> None:
    run = log()["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [entry.code for entry in INDEX.values()]
    factors = {taxon["id"] for taxon in run["taxonomies"][0]["taxa"]}
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["properties"]["tags"]
        assert {relation["target"]["id"] for relation in rule.get("relationships", ())} <= factors


def moved(files: Reported, marked: str) -> dict[str, str]:
    result = files.result(files.span("a.py", marked), "it moves", **of("syntax-error"))
    found = json.loads(sarif.render(files.scan(result, selected=tuple(INDEX.values())), HERE))
    names: dict[str, str] = found["runs"][0]["results"][0]["partialFingerprints"]
    return names


def test_fingerprints_survive_edits_around_the_finding() -> None:
    before = moved(Reported({"a.py": "x = 1\n"}), "x = 1")
    after = moved(Reported({"a.py": "import os\n\n\n  x  =  1\n"}), "x  =  1")
    assert before == after
    assert before["primaryLocationLineHash"].endswith(":1")


def test_equal_identities_have_different_fingerprints() -> None:
    files = Reported({"a.py": "x\nx\n"})
    one = files.result(files.span("a.py", "x"))
    names = fingerprints([one, one, structs.replace(one, about="other")])
    assert len(set(names)) == 3


def test_the_hash_of_a_line_is_not_that_of_its_secret() -> None:
    names = [moved(Reported({"a.py": f'DB_PASSWORD = "{secret}"\n'}), "DB_PASSWORD") for secret in ("green-apple-1", "sweet-lemon-2")]
    assert names[0] == names[1]


def test_what_a_terminal_would_act_on_is_shown() -> None:
    assert printable("a\x1b]0;x\x07\u202eb\x7f\x9b") == "a␛]0;x␇\ufffdb␡\ufffd"


@pytest.mark.parametrize("entry", INDEX.values(), ids=lambda entry: entry.name)
def test_every_check_has_a_manual_page(entry: IndexEntry) -> None:
    shown = manual(entry, HERE)
    assert shown.startswith(f"{entry.code} {entry.name} (")
    assert entry.code in contents((entry,), HERE)


@pytest.mark.parametrize("entry", INDEX.values(), ids=lambda entry: entry.name)
def test_every_page_tells_what_to_do(entry: IndexEntry) -> None:
    """The first sentence of a page that begins with a verb ("Use", "Declare") is the help under each finding."""
    assert page(entry).advice
    assert "\n" not in page(entry).advice


def test_table_of_checks(update: bool) -> None:
    """The README's table is what the code says."""
    readme = Path(__file__).parent.parent / "README.md"
    start, end = "<!-- checks -->", "<!-- /checks -->"
    before, _, rest = readme.read_text("utf-8").partition(start)
    old, _, after = rest.partition(end)
    new = f"\n\n{table(tuple(INDEX.values()))}\n\n"
    if update:
        readme.write_text(f"{before}{start}{new}{end}{after}", "utf-8")
        return
    assert old == new, "the README's table of checks is out of date: run pytest --update"


def test_every_finding_is_in_every_report() -> None:
    found = sample()
    for render in (text.render, concise.render, github.render, records.render, sarif.render):
        shown = render(found, HERE)
        assert all(result.code in shown for result in found.results)
