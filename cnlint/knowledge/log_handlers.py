"""What makes a log handler of Python one for files, and the same handler for a stream, as trees of libcst.

Sources: <https://docs.python.org/3/library/logging.handlers.html>, <https://docs.python.org/3/library/logging.html#logging.basicConfig>.
"""

from __future__ import annotations

from typing import Any

_FILE_OPTIONS = frozenset(
    "filename mode encoding delay errors maxBytes backupCount when interval utc atTime filemode use_gzip owner chmod".split()
)


def without_handler(node: Any) -> Any:
    """Return nothing in the place of a call that makes a handler."""
    import libcst

    return libcst.RemoveFromParent() if isinstance(node, libcst.Call) else node


def as_stream_handler(node: Any) -> Any:
    """Return the call or the dictionary of a handler as one of a stream handler, without what only files have."""
    import libcst

    if isinstance(node, libcst.Call):
        function = libcst.Module([]).code_for_node(node.func)
        if function.endswith("basicConfig"):
            kept = [given for given in node.args if given.keyword is None or given.keyword.value not in _FILE_OPTIONS]
            last = [] if not kept else [kept[-1].with_changes(comma=node.args[-1].comma)]
            return node.with_changes(args=[*kept[:-1], *last])
        return libcst.parse_expression("logging.StreamHandler()") if function.startswith("logging.") else node
    if isinstance(node, libcst.Dict):
        entries = [_stream_entry(entry) for entry in node.elements if _key(entry) not in _FILE_OPTIONS]
        return node.with_changes(elements=[*entries[:-1], entries[-1].with_changes(comma=node.elements[-1].comma)])
    return node


def _stream_entry(entry: Any) -> Any:
    import libcst

    if _key(entry) in ("class", "()") and isinstance(entry.value, libcst.SimpleString):
        return entry.with_changes(value=libcst.SimpleString('"logging.StreamHandler"'))
    return entry


def _key(entry: Any) -> object:
    import libcst

    is_text = isinstance(entry, libcst.DictElement) and isinstance(entry.key, libcst.SimpleString)
    return entry.key.evaluated_value if is_text else None
