import shlex

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnlint.model.command import Command, Invocation
from cnlint.source import Source, Span
from cnlint.syntax.shell import exec_command, parse, shell_command, split_command, split_words

FRAGMENTS = st.sampled_from(
    [
        *"' \" $( ` ${ } ( ) (( )) [[ ]] ; && || | & > < << <<EOF\n EOF\n \n a b $x \\ # = x= x=( * $' \r é ! function () ;; &> >&2".split(
            " "
        ),
        "if ",
        "then ",
        "fi ",
        "do ",
        "done ",
        "case ",
        "in ",
        "esac ",
        "for ",
        "while ",
        "{ ",
        "} ",
        "exec ",
        "sh -c ",
        " ",
        "else ",
    ]
)
SCRIPTS = st.lists(FRAGMENTS, max_size=40).map("".join)


def command(text: str) -> Command:
    return shell_command(Source(text, "entrypoint.sh", 0))


def programs(text: str) -> list[str]:
    return [step.program for step in command(text).invocations]


def main(text: str) -> str | None:
    found = command(text).main
    return None if found is None else " ".join(word.text for word in found.words)


def only(text: str) -> Invocation:
    (step,) = command(text).invocations
    return step


@given(st.one_of(SCRIPTS, st.text(max_size=200)))
@settings(max_examples=400, deadline=None)
@example("case x in (")
@example("$(case x in")
@example("{ sh -c '{ sh -c")
def test_no_text_makes_the_parser_raise(text: str) -> None:
    source = Source(text, "x", 0)
    for made in (shell_command(source), parse(source).root, split_command(source)):
        for step in made.invocations:
            assert 0 <= step.span.start <= step.span.end <= len(text)


@given(
    st.lists(
        st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\0"), min_size=1, max_size=12), min_size=1, max_size=6
    )
)
@settings(max_examples=200, deadline=None)
def test_quoted_words_read_back_as_they_were(words: list[str]) -> None:
    text = shlex.join(["program", *words])
    step = only(text)
    given_words = [word for word in step.words if word.secret is None]
    assert [text[word.span.start : word.span.end] for word in given_words] == [shlex.quote(word.text) for word in given_words]
    assert len(step.words) == len(words) + 1
    assert all(word.literal for word in step.words)


@given(st.lists(st.text("ab '\"\\$\n\té", min_size=1, max_size=8), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_words_without_a_shell_are_those_of_shlex(words: list[str]) -> None:
    text = shlex.join(words)
    assert [word.text for word in split_words(Source(text, "x", 0))] == shlex.split(text)


@pytest.mark.parametrize("text", ["(" * 5000, "{ " * 5000, "$(" * 5000, "if a; then " * 5000, '"${' * 5000])
def test_depth_is_bounded(text: str) -> None:
    assert not command(text).parsed


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("migrate && app --port 80", "app --port 80"),
        ("migrate; exec app; never", "app"),
        ("[ -n x ] && exec debug; exec app", "app"),
        ("app & wait", "app"),
        ("a & b & wait -n", "b"),
        ("app 2>&1 | tee -a log", "app"),
        ("app || exit 1", "app"),
        ("cd /srv\nset -e\napp", "app"),
        ('app\ntrap "x" TERM', "app"),
        ("if [ x ]; then exec a; else exec b; fi", None),
        ("case $1 in web) exec a;; *) exec b;; esac", None),
        ("while ! nc -z db 5432; do sleep 1; done; exec app", "app"),
        ("while true; do work; sleep 5; done", None),
        ("start() { exec other; }\napp", "app"),
        ("(cd /srv && app)", "app"),
        ("sh -c 'migrate && exec app'", "app"),
    ],
)
def test_what_stays(text: str, stays: str | None) -> None:
    assert main(text) == stays


def test_operators_join_steps() -> None:
    steps = command("a && b || c | d; (e; f) &\ng").invocations
    assert [(step.program, step.operator) for step in steps] == [
        ("a", "&&"), ("b", "||"), ("c", "|"), ("d", ";"), ("e", ";"), ("f", "&"), ("g", ""),
    ]  # fmt: skip


def test_conditional_where_it_may_not_run() -> None:
    script = (
        "a\nif b; then c; elif d; then e; else f; fi\nfor x in 1 2; do g; done\nh() { i; }\nj || k && l\ncase x in y) m;; esac\n! n && o"
    )
    conditional = {step.program: step.conditional for step in command(script).invocations}
    assert {name for name, may_not in conditional.items() if may_not} == set("cdefgikmo")


@pytest.mark.parametrize(
    ("script", "certain"),
    [
        ("while true; do a; if b; then c; break; fi; d; done; e", "true a b e"),
        ("while :; do a && break; b; done; exec c", ": a break c"),
        ("until false; do a || break; b; done", "false a"),
        ("until a; do b; done", "a"),
        ("while true; do a; b; done", "true"),
        ("while a; do b; break; done", "a"),
        ("while true; do for x in y; do a; break; done; b; done", "true"),
        ("if a; then while true; do b && break; done; fi", "a"),
        ("while true; do if a; then b && break; fi; c && break; done", "true a"),
    ],
)
def test_what_is_tried_until_it_succeeds_runs(script: str, certain: str) -> None:
    assert " ".join(step.program for step in command(script).invocations if not step.conditional) == certain


def test_exec_replaces_the_shell_unless_it_only_redirects() -> None:
    steps = command("exec > log 2>&1\nexec -a name app $X\n(exec b)\nexec c | d").invocations
    assert [step.replaces_shell for step in steps] == [False, True, False, False, False]
    assert [word.text for word in steps[1].words] == ["app", "$X"]
    assert [(one.descriptor, one.operator, one.target.text) for one in steps[0].redirects] == [(1, ">", "log"), (2, ">&", "1")]


def test_expansions_stay_as_written() -> None:
    step = only("""app $PORT "${HOST:-"a b"}" $(cat "x)") `id -u` *.py ~/x 'a$b' \\$c "\\$d" $'e\\tf' $((1 << 2)) <(sort f)""")
    assert [(word.text, word.literal) for word in step.arguments] == [
        ("$PORT", False), ('${HOST:-"a b"}', False), ('$(cat "x)")', False), ("`id -u`", False), ("*.py", False), ("~/x", False),
        ("a$b", True), ("$c", True), ("$d", True), ("e\tf", True), ("$((1 << 2))", False), ("<(sort f)", False),
    ]  # fmt: skip


def test_assignments_and_exports() -> None:
    steps = command("PORT=80 HOST=$h app; A=(1 2); export B=1 C; D=").invocations
    assert [[(one.name, one.value.text, one.value.literal) for one in step.assignments] for step in steps] == [
        [("PORT", "80", True), ("HOST", "$h", False)], [("A", "(1 2)", False)], [("B", "1", True)], [("D", "", True)],
    ]  # fmt: skip
    assert [step.program for step in steps] == ["app", "", "export", ""]


def test_heredocs_are_no_commands() -> None:
    assert programs("cat <<EOF > f\nrm 'x\nEOF\nb <<-'E'\n\tz && y\n\tE\nc <<<word") == ["cat", "b", "c"]
    assert programs('x=$(cat <<E\nit\'s\nE\n)\ny "$(cat <<E\n)\nE\n)"') == ["", "y"]


def test_comments_continuations_and_tests() -> None:
    document = parse(Source("#!/bin/sh\na \\\n  b # cnlint: x\n# note\n[[ $a < b && c =~ ^(d|e)$ ]] && f\n", "x.sh", 0))
    assert [(comment.text, comment.trailing) for comment in document.comments] == [
        ("!/bin/sh", False),
        ("cnlint: x", True),
        ("note", False),
    ]
    assert [step.program for step in document.root.invocations] == ["a", "[[", "f"]
    text = document.source.text
    span = document.extent(text.index("# note"))
    assert text[span.start : span.end].startswith("[[")
    assert text[span.start : span.end].endswith("f")


def test_secrets_never_leave() -> None:
    step = only("PGPASSWORD=h8Zk2mQx app --password s3cr3t-Pa55 --api-key=Zk81mmQpa2 postgres://u:hunter2x@db/x")
    shown = [word.text for word in step.words] + [one.value.text for one in step.assignments]
    assert not any(secret in text for text in shown for secret in ("h8Zk2mQx", "s3cr3t-Pa55", "Zk81mmQpa2", "hunter2x"))
    assert [word.secret is not None for word in step.words] == [False, False, True, True, True]


def test_lists_of_words_and_scripts_in_them() -> None:
    text = '["bash", "-lc", "a && exec b \\"$X\\""]'
    place = Span(0, 16, len(text) - 1)
    made = exec_command([("bash", Span(0, 1, 7)), ("-lc", Span(0, 9, 14)), ('a && exec b "$X"', place)], Span(0, 0, len(text)))
    assert (made.form, made.shell, [step.program for step in made.invocations]) == ("exec", True, ["a", "b"])
    assert not made.invocations[0].words[0].span.exact
    plain = exec_command([("app", Span(0, 1, 6)), ("$(PORT)", Span(0, 8, 17))], Span(0, 0, 20))
    assert [word.literal for word in plain.words] == [True, False]
    assert exec_command([], Span(0, 0, 2)).invocations == ()


def test_a_line_without_a_shell_ends_at_an_operator() -> None:
    text = "sh -c \"a && b 'c d'\" ignored; x"
    made = split_command(Source(text, "compose.yaml", 0))
    assert [step.program for step in made.invocations] == ["a", "b"]
    word = made.invocations[1].words[1]
    assert text[word.span.start : word.span.end] == "'c d'"
    assert word.span.exact


def test_a_condition_may_be_an_assignment_alone() -> None:
    command = parse(Source("if found=$(find . -name app); then\n  serve app\nfi\n", "start.sh", 0)).root
    assert "serve" in [step.words[0].text for step in command.invocations if step.words]
