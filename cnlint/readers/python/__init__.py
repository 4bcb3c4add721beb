"""Python modules: what they import, read from the environment, open, write, log and hold."""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.knowledge.python_routes import looks_at_paths
from cnlint.model.change import Change, Edit
from cnlint.model.facts import Facts
from cnlint.model.module import Module, Route
from cnlint.readers.python.constants import constants
from cnlint.readers.python.dependency_calls import dependency_calls
from cnlint.readers.python.env_certainty import env_writes, with_certainty
from cnlint.readers.python.env_files import env_files
from cnlint.readers.python.env_helpers import helper_calls
from cnlint.readers.python.environment import env_reads
from cnlint.readers.python.environment_tests import environment_tests
from cnlint.readers.python.files import file_writes
from cnlint.readers.python.generated_secrets import generated_secrets
from cnlint.readers.python.logs import log_sinks
from cnlint.readers.python.module_state import module_states
from cnlint.readers.python.names import Names, exports, imports, module_name
from cnlint.readers.python.outbound_calls import outbound_calls
from cnlint.readers.python.prints import names_stdout, prints
from cnlint.readers.python.process_state import process_states
from cnlint.readers.python.pydantic import settings_reads
from cnlint.readers.python.routes import LOOKS_AT_PATHS, routing
from cnlint.readers.python.schedules import schedules
from cnlint.readers.python.schema_changes import schema_changes, start_calls
from cnlint.readers.python.schemes import with_schemes
from cnlint.readers.python.server_config import server_configs
from cnlint.readers.python.service_urls import service_urls
from cnlint.readers.python.services import connections, listens
from cnlint.readers.python.setting_lists import setting_lists
from cnlint.readers.python.settings import settings
from cnlint.readers.python.signals import signal_handlers
from cnlint.readers.python.system_tools import system_tools
from cnlint.readers.python.truth import with_truth
from cnlint.readers.python.uploads import uploads
from cnlint.readers.python.walk import Walk
from cnlint.source import Source, Span
from cnlint.syntax.python import Code
from cnlint.values import Items

SYNTAX = "python"


def read(root: Code, unit: Unit) -> Facts:
    """Return the facts of one module; one without a tree gives its imports alone."""
    imported, exported = imports(root, unit.path), exports(root)
    if root.tree is None:
        name = module_name(unit.path)
        routes = LOOKS_AT_PATHS if looks_at_paths(root.text) else Items[Route]()
        module = Module(
            unit.path,
            "python",
            name,
            root.whole,
            root.read,
            imported,
            has_main=root.has_main,
            exports=exported,
            parsed=False,
            routes=routes,
            names_stdout=names_stdout(root.text),
        )
        return Facts("python", unit.path, modules=(module,))
    walk = Walk(root.tree)
    names = Names(root, walk, unit.path)
    reads, helpers = env_reads(walk, names)
    fields, files, classes = settings_reads(walk, names)
    routed = routing(walk, names, unit.path, root.text)
    handlers = [route.handler for route in routed.routes]
    made = tuple(sorted(settings(walk, names, unit.path), key=lambda fact: fact.span))
    reads = with_truth(reads, walk, names, made)
    module = Module(
        unit.path,
        "python",
        module_name(unit.path),
        root.whole,
        True,
        imported,
        tuple(sorted(with_certainty(with_schemes((*reads, *fields), walk, names), root.tree, names), key=lambda fact: fact.span)),
        tuple(sorted(listens(walk, names), key=lambda fact: fact.span)),
        tuple(sorted(connections(walk, names), key=lambda fact: fact.span)),
        constants(walk, root.tree if root.may_hold_secret else None, names),
        made,
        tuple(sorted(file_writes(walk, names), key=lambda fact: fact.span)),
        tuple(sorted(log_sinks(walk, names), key=lambda fact: fact.span)),
        tuple(sorted(signal_handlers(walk, names), key=lambda fact: fact.span)),
        root.has_main,
        env_files=tuple(sorted((*env_files(walk, names), *files), key=lambda fact: fact.span)),
        helpers=helpers,
        helper_calls=tuple(sorted(helper_calls(walk, names, reads), key=lambda fact: fact.span)),
        exports=exported,
        settings_classes=tuple(classes),
        references=tuple(names.references[span] for span in sorted(names.references)),
        process_states=tuple(sorted((*process_states(walk, names), *module_states(walk, names, handlers)), key=lambda fact: fact.span)),
        uploads=tuple(sorted(uploads(walk, names), key=lambda fact: fact.span)),
        setting_lists=tuple(sorted(setting_lists(walk, names, unit.path), key=lambda fact: fact.span)),
        routes=routed.routes,
        routers=routed.routers,
        inclusions=routed.inclusions,
        router_uses=routed.uses,
        dependency_calls=tuple(sorted(dependency_calls(walk, names, root.text), key=lambda fact: fact.span)),
        schema_changes=tuple(sorted(schema_changes(walk, names, root.text), key=lambda fact: fact.span)),
        start_calls=start_calls(walk, names, root.text),
        service_urls=tuple(sorted(service_urls(walk, names), key=lambda fact: fact.span)),
        environment_tests=tuple(sorted(environment_tests(walk, names), key=lambda fact: fact.span)),
        outbound_calls=tuple(sorted(outbound_calls(walk, names), key=lambda fact: fact.span)),
        env_writes=env_writes(walk, names),
        prints=tuple(sorted(prints(walk, names))),
        names_stdout=names_stdout(root.text),
        system_tools=tuple(sorted(system_tools(walk, names, root.text), key=lambda fact: fact.span)),
        generated_secrets=tuple(sorted(generated_secrets(walk, names, root.text), key=lambda fact: fact.span)),
        schedules=tuple(sorted(schedules(walk, names, root.text), key=lambda fact: fact.span)),
    )
    return Facts("python", unit.path, modules=(module,), server_configs=tuple(server_configs(module, walk.module.bindings)))


def unread(unit: Unit, span: Span) -> Facts:
    """Return a module that could not be parsed: it may do anything."""
    module = Module(unit.path, "python", module_name(unit.path), span, read=False, parsed=False)
    return Facts("python", unit.path, modules=(module,))


def write(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that make a change in a Python file, or None where there is no sure way to write it."""
    from cnlint.readers.python import edits as python_edits

    return python_edits.write(change, source)
