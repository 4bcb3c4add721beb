"""Changes to Compose files: which key a field of the vocabulary is, and the edits that write it."""

from __future__ import annotations

from cnlint.model.change import Add, Change, Edit, EditCommand, Remove, Scalar, Set
from cnlint.source import Source, Span
from cnlint.syntax.nodes import Mapping
from cnlint.syntax.yaml.command_edits import edit_command
from cnlint.syntax.yaml.edits import Path, add, remove, set_scalar, yaml_text

_SERVICE = {
    "privileged": "privileged",
    "read_only_root": "read_only",
    "user": "user",
    "init": "init",
    "restart": "restart",
    "stop_signal": "stop_signal",
    "grace_period": "stop_grace_period",
    "replicas": "deploy.replicas",
    "logging": "logging.driver",
    "cpu_request": "deploy.resources.reservations.cpus",
    "memory_request": "deploy.resources.reservations.memory",
    "cpu_limit": "deploy.resources.limits.cpus",
    "memory_limit": "deploy.resources.limits.memory",
}
_HEALTHCHECK = {"period": "interval", "timeout": "timeout", "initial_delay": "start_period", "failures": "retries"}
_DURATIONS = frozenset({"stop_grace_period", "interval", "timeout", "start_period"})


def edits(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that make a change, or None where there is no sure way to write it.

    A text that Compose fills in is never replaced, and nothing is written that Compose would take for a variable.
    """
    if isinstance(change, EditCommand):
        return _command(change, source)
    if isinstance(change, Remove):
        return _removed(source, change.place)
    if not isinstance(change, Set | Add) or "$" in str(change.new):
        return None
    text = yaml_text(source)
    place = text.find(change.place if isinstance(change, Set) else change.record) if text is not None else None
    if place is None:
        return None
    if isinstance(change, Set):
        written = source.text[change.place.start : change.place.end]
        return None if "$" in written else set_scalar(source, change.place, _written(change.new, place.path[-1]))
    keys = _keys(place.path, change.field)
    return None if keys is None else add(source, change.record, keys, _written(change.new, keys[-1]))


def _removed(source: Source, place: Span) -> list[Edit] | None:
    """Return the edits that take away the entry whose value stands at `place`, or key and value, or `NAME=value` in a list."""
    text = yaml_text(source)
    for one in text.places() if text is not None and text.find(place) is None else ():
        if isinstance(one.node, Mapping):
            whole = next((entry.value for entry in one.node.own if entry.span == place), None)
        else:
            whole = next((item for item in one.node.elements() if item.span is not None and item.span.encloses(place)), None)
        if whole is not None and whole.span is not None and not list(whole.elements()) and not isinstance(whole, Mapping):
            return remove(source, whole.span)
    return remove(source, place)


def _command(change: EditCommand, source: Source) -> list[Edit] | None:
    """Return the edits of a command; a check that a shell runs stays one, as its list would need a word of its own."""
    new = [text for _, text in (*change.inserted, *change.replaced)]
    if any("$" in text for text in new) or (change.form == "exec" and change.command.shell):
        return None
    return edit_command(source, change)


def _keys(path: Path, field: str) -> tuple[str, ...] | None:
    """Return the keys under which the record at `path` has `field`: a service, or its health check."""
    names = path[1:]
    if len(names) == 2 and names[0] == "services":
        key = _SERVICE.get(field)
    else:
        key = _HEALTHCHECK.get(field) if names[-1:] == ("healthcheck",) else None
    return tuple(key.split(".")) if key is not None else None


def _written(new: Scalar, key: int | str) -> Scalar:
    """Return a value as Compose writes it: durations, which are in seconds, with their unit."""
    return f"{new}s" if key in _DURATIONS and isinstance(new, int) and not isinstance(new, bool) else new
