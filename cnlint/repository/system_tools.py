"""Programs that the code of a process runs and that its image certainly lacks."""

from __future__ import annotations

from cnlint.knowledge.code_roles import is_auxiliary, is_command_line, is_for_development
from cnlint.model.module import Module, SystemTool
from cnlint.model.system import Process
from cnlint.patterns import lazy
from cnlint.repository.health_tools import lacks_program

_ASIDE = lazy(r"(?i).*(?:version|revision|commit|hash|debug)")
"""Functions that tell where the code comes from; what they cannot find is left out as a rule."""
_PACKAGED = {"chromium": ("playwright", "pyppeteer"), "soffice": ("libreoffice",), "java": ("jdk", "jre"), "ffprobe": ("ffmpeg",)}
"""Words in the names of packages that bring a program under another name."""


def missing_tools(process: Process) -> list[SystemTool]:
    """Return the first call of each program that the code of a process runs, that its image lacks, and no package may bring."""
    component = process.component
    if component is None or component.image is None or process.stage is None:
        return []
    found: dict[str, SystemTool] = {}
    for module in process.modules:
        for tool in module.system_tools if module.system_tools and _is_of_service(module) else ():
            if _ASIDE.match(tool.scope) is None:
                found.setdefault(tool.program, tool)
    return [tool for name, tool in found.items() if not _is_packaged(process, name) and lacks_program(process, name)]


def _is_of_service(module: Module) -> bool:
    imported = [one.name for one in module.imports]
    return not is_auxiliary(module.path) and not is_for_development(module.path) and not is_command_line(imported)


def _is_packaged(process: Process, name: str) -> bool:
    """Tell whether a package of the language may bring a program, or the process may look for programs elsewhere."""
    manifests = process.component.manifests if process.component is not None else ()
    words = (name, *_PACKAGED.get(name, ()))
    packages = (dependency.name.lower() for manifest in manifests for dependency in manifest.dependencies)
    return any(word in package for package in packages for word in words)
