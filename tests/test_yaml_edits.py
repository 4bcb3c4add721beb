import copy

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.model.change import Edit, EditCommand
from cnlint.source import Source, Span
from cnlint.syntax import yaml
from cnlint.syntax.nodes import Mapping, Node, Scalar
from cnlint.syntax.shell import exec_command
from cnlint.syntax.yaml.command_edits import edit_command
from cnlint.syntax.yaml.edits import Text, add, add_item, remove, set_scalar

keys = st.text("abcdef", min_size=1, max_size=4)
values = (
    st.sampled_from(["x", "two words", "true", "7", "", "#a", "a: b", "'", '"', "l1\nl2\n", "- d"]) | st.integers(0, 99) | st.booleans()
)
trees = st.dictionaries(
    keys,
    st.recursive(
        values, lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(keys, inner, min_size=1, max_size=3), max_leaves=8
    ),
    min_size=1,
    max_size=4,
)


def source(text: str) -> Source:
    return Source(text, "a.yaml", 0)


def applied(text: str, edits: list[Edit] | None) -> str:
    assert edits is not None
    for edit in sorted(edits, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def span(text: str, *path: str | int) -> Span:
    node: Node = yaml.parse(source(text)).root[0]
    for step in path:
        node = node.child(step) if isinstance(step, str) else list(node.elements())[step]
    assert node.span is not None
    return node.span


def written(tree: object, flow: bool, data: st.DataObject) -> str:
    text: str = pyyaml.safe_dump(tree, default_flow_style=flow, sort_keys=False, indent=data.draw(st.sampled_from([2, 4])))
    if flow:
        return text
    lines = text.splitlines(keepends=True)
    commented = "\n".join(
        line.rstrip("\n") + "  # why" if line.rstrip().endswith((":", "x")) and "'" not in line else line.rstrip("\n") for line in lines
    )
    return commented + data.draw(st.sampled_from(["", "\n"]))


@settings(max_examples=80, deadline=None)
@given(trees, st.booleans(), st.sampled_from(["new", "yes", "8080", "a b", "it's", 5, True]), st.data())
def test_setting_changes_that_value_alone(tree: dict[str, object], flow: bool, new: str | int, data: st.DataObject) -> None:
    text = written(tree, flow, data)
    places = [place for place in Text(source(text)).places() if isinstance(place.node, Scalar)]
    place = data.draw(st.sampled_from(places))
    assert place.node.span is not None
    edits = set_scalar(source(text), place.node.span, new)
    if edits is None:
        return
    wanted = copy.deepcopy(pyyaml.safe_load(text))
    holder = wanted
    for step in place.path[1:-1]:
        holder = holder[step]
    holder[place.path[-1]] = new
    assert pyyaml.safe_load(applied(text, edits)) == wanted
    assert applied(text, edits).count("# why") == text.count("# why")


@settings(max_examples=80, deadline=None)
@given(trees, st.booleans(), st.data())
def test_removing_takes_that_entry_alone(tree: dict[str, object], flow: bool, data: st.DataObject) -> None:
    text = written(tree, flow, data)
    place = data.draw(st.sampled_from([place for place in Text(source(text)).places() if place.parent is not None]))
    assert place.node.span is not None
    edits = remove(source(text), place.node.span)
    if edits is None:
        return
    wanted = pyyaml.safe_load(text)
    path = place.path[1:]
    while True:
        holder = wanted
        for step in path[:-1]:
            holder = holder[step]
        if len(holder) > 1 or len(path) == 1:
            del holder[path[-1]]
            break
        path = path[:-1]
    assert pyyaml.safe_load(applied(text, edits)) == wanted


@settings(max_examples=80, deadline=None)
@given(trees, st.booleans(), st.sampled_from([("zz",), ("zz", "yy"), ("a", "zz")]), st.data())
def test_adding_puts_in_that_entry_alone(tree: dict[str, object], flow: bool, names: tuple[str, ...], data: st.DataObject) -> None:
    text = written(tree, flow, data)
    place = data.draw(st.sampled_from([place for place in Text(source(text)).places() if isinstance(place.node, Mapping)]))
    assert place.node.span is not None
    edits = add(source(text), place.node.span, names, "new")
    if edits is None:
        return
    wanted = pyyaml.safe_load(text)
    holder = wanted
    for step in place.path[1:]:
        holder = holder[step]
    for name in names[:-1]:
        holder = holder.setdefault(name, {})
    holder[names[-1]] = "new"
    assert pyyaml.safe_load(applied(text, edits)) == wanted


DEPLOYMENT = """\
spec:
  # three of them
  replicas: 3  # by hand
  template:
    spec:
      containers:
        - name: web
          image: web:1.0
        # beside
        - name: log

          image: "log:1"
          securityContext: {privileged: true, user: 0}
# end
"""


def test_an_entry_goes_with_its_trailing_comment_and_leaves_those_above() -> None:
    got = applied(DEPLOYMENT, remove(source(DEPLOYMENT), span(DEPLOYMENT, "spec", "replicas")))
    assert got == DEPLOYMENT.replace("  replicas: 3  # by hand\n", "")


def test_a_list_item_goes_with_its_dash() -> None:
    got = applied(DEPLOYMENT, remove(source(DEPLOYMENT), span(DEPLOYMENT, "spec", "template", "spec", "containers", 0)))
    assert got == DEPLOYMENT.replace("        - name: web\n          image: web:1.0\n", "")


def test_the_first_key_of_a_list_item_leaves_the_dash_to_the_next() -> None:
    text = "- a: 1\n  b: 2\n- c\n"
    assert applied(text, remove(source(text), span(text, 0, "a"))) == "- b: 2\n- c\n"


def test_an_entry_of_a_flow_mapping_goes_with_its_comma() -> None:
    where = ("spec", "template", "spec", "containers", 1, "securityContext", "privileged")
    assert "{user: 0}" in applied(DEPLOYMENT, remove(source(DEPLOYMENT), span(DEPLOYMENT, *where)))


def test_a_key_is_added_at_the_column_of_its_siblings() -> None:
    container = ("spec", "template", "spec", "containers", 0)
    got = applied(DEPLOYMENT, add(source(DEPLOYMENT), span(DEPLOYMENT, *container), ("securityContext", "privileged"), False))
    assert got == DEPLOYMENT.replace("image: web:1.0\n", "image: web:1.0\n          securityContext:\n            privileged: false\n")


def test_a_key_is_never_added_behind_trailing_comments() -> None:
    pod = ("spec", "template", "spec")
    got = applied(DEPLOYMENT, add(source(DEPLOYMENT), span(DEPLOYMENT, *pod), ("terminationGracePeriodSeconds",), 60))
    assert got == DEPLOYMENT.replace("# end\n", "      terminationGracePeriodSeconds: 60\n# end\n")


def test_json_stays_json() -> None:
    text = '{\n  "a": 1,\n  "b": {}\n}\n'
    assert applied(text, add(source(text), span(text), ("c", "d"), "x")) == '{\n  "a": 1,\n  "b": {},\n  "c": {"d": "x"}\n}\n'
    assert applied(text, remove(source(text), span(text, "a"))) == '{\n  "b": {}\n}\n'


def test_line_endings_stay() -> None:
    text = "a: 1\r\nb:\r\n  c: 2\r\n"
    assert applied(text, add(source(text), span(text, "b"), ("d",), 3)) == "a: 1\r\nb:\r\n  c: 2\r\n  d: 3\r\n"
    assert applied(text, remove(source(text), span(text, "a"))) == "b:\r\n  c: 2\r\n"


@pytest.mark.parametrize(
    "text",
    ["a: &x {k: 1}\nb: *x\n", "a: &x\n  k: 1\nb:\n  <<: *x\n  c: 2\n"],
)
def test_what_an_alias_repeats_is_left_alone(text: str) -> None:
    assert set_scalar(source(text), span(text, "a", "k"), 2) is None


def command(text: str, *path: str) -> EditCommand:
    node: Node = yaml.parse(source(text)).root[0].at(*path)
    words = [element for element in node.elements() if isinstance(element, Scalar)]
    spans = [word.span for word in words if word.span is not None]
    assert node.span is not None
    pairs = [(word.raw, where) for word, where in zip(words, spans, strict=True)]
    return EditCommand(exec_command(pairs, node.span, lambda index: words[index].source))


def test_words_of_a_list_are_changed_one_by_one() -> None:
    for text, wanted in (
        ('c: ["run", "--daemon", "--port", "80"]\n', 'c: ["run", "--port", "8080"]\n'),
        ("c:\n  - run\n  - --daemon # no\n  - --port\n  - 80\n", 'c:\n  - run\n  - --port\n  - "8080"\n'),
    ):
        change = command(text, "c")
        words = change.command.words
        edits = edit_command(source(text), EditCommand(change.command, removed=(words[1],), replaced=((words[3], "8080"),)))
        assert applied(text, edits) == wanted


def test_words_are_put_behind_others() -> None:
    for text, wanted in (
        ("c: [run, app]\n", 'c: [run, "--log-file=-", app]\n'),
        ("c:\n  - run\n  - app", 'c:\n  - run\n  - "--log-file=-"\n  - app'),
    ):
        change = command(text, "c")
        edits = edit_command(source(text), EditCommand(change.command, inserted=((change.command.words[0], "--log-file=-"),)))
        assert applied(text, edits) == wanted


def test_words_of_a_script_inside_are_changed_in_place() -> None:
    text = 'c: ["sh", "-c", "sleep 1 && run --daemon --port 80"]\n'
    change = command(text, "c")
    words = {word.text: word for word in change.command.words}
    edits = edit_command(
        source(text),
        EditCommand(change.command, removed=(words["--daemon"],), replaced=((words["run"], "exec run"),), inserted=((words["80"], "-v"),)),
    )
    assert applied(text, edits) == 'c: ["sh", "-c", "sleep 1 && exec run --port 80 -v"]\n'
    quoting = EditCommand(change.command, replaced=((words["run"], 'exec "run"'),))
    assert edit_command(source(text), quoting) is None


def test_an_item_is_added_at_the_end_of_a_file_without_a_last_line_break() -> None:
    assert applied("- a\n- b", add_item(source("- a\n- b"), span("- a\n- b", 1), "c")) == "- a\n- b\n- c\n"
