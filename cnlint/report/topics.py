"""The chapters that checks are ordered by: the twelve factors (<https://12factor.net>) and what cloud-native adds."""

from __future__ import annotations

from msgspec import Struct

from cnlint.indexing import IndexEntry


class Topic(Struct, frozen=True):
    """A folder of checks: its title, what it asks for, and its factor's roman numeral (empty for what is no factor)."""

    folder: str
    title: str
    asks: str
    factor: str = ""

    @property
    def uri(self) -> str:
        """Return the page of the factor, nothing for what is no factor."""
        return f"https://12factor.net/{self.folder.replace('_', '-')}" if self.factor else ""


TOPICS = (
    Topic("cnlint", "cnlint itself", "What could not be read or checked."),
    Topic("codebase", "Codebase", "One codebase that is tracked, and many deploys of it.", "I"),
    Topic("dependencies", "Dependencies", "Every dependency is declared and isolated.", "II"),
    Topic("config", "Config", "What differs between deploys is in the environment.", "III"),
    Topic("backing_services", "Backing services", "Backing services are attached resources, exchanged by config alone.", "IV"),
    Topic("build_release_run", "Build, release, run", "Building, releasing and running are separate, and a release never changes.", "V"),
    Topic("processes", "Processes", "Processes are stateless and share nothing.", "VI"),
    Topic("port_binding", "Port binding", "A service is exported by binding to a port.", "VII"),
    Topic("concurrency", "Concurrency", "An application scales out by running more processes.", "VIII"),
    Topic("disposability", "Disposability", "Processes start fast and stop gracefully.", "IX"),
    Topic("dev_prod_parity", "Dev/prod parity", "Development, staging and production are as alike as can be.", "X"),
    Topic("logs", "Logs", "Logs are a stream of events, written to standard output.", "XI"),
    Topic("admin_processes", "Admin processes", "Administrative tasks run as one-off processes.", "XII"),
    Topic("immutability", "Immutability", "What runs is replaced, never changed in place."),
    Topic("resilience", "Resilience", "The platform knows when a process is ready, alive, and may be moved."),
    Topic("observability", "Observability", "A running system tells what it does."),
    Topic("ownership", "Ownership", "Whoever runs it knows whose it is."),
    Topic("mesh", "Mesh", "Traffic between services is secured and governed by policy."),
    Topic("least_privilege", "Least privilege", "A process may do no more than it needs to."),
)

_BY_FOLDER = {topic.folder: topic for topic in TOPICS}


def topic(entry: IndexEntry) -> Topic:
    """Return the chapter of a check; one of its own making for a folder that is not known here."""
    return _BY_FOLDER.get(entry.topic) or Topic(entry.topic, entry.topic.replace("_", " ").capitalize(), "")


def chapters(entries: tuple[IndexEntry, ...]) -> list[tuple[Topic, list[IndexEntry]]]:
    """Return the chapters that have checks, in the order of codes, with their checks."""
    found: dict[str, tuple[Topic, list[IndexEntry]]] = {}
    for entry in entries:
        found.setdefault(entry.topic, (topic(entry), []))[1].append(entry)
    return list(found.values())
