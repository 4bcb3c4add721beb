"""Commands that build a program, or install what it needs: work of the build stage.

Sources: <https://docs.npmjs.com/cli/commands>, <https://pip.pypa.io/en/stable/cli/>, <https://docs.astral.sh/uv/reference/cli/>,
<https://maven.apache.org/guides/introduction/introduction-to-the-lifecycle.html>, <https://pkg.go.dev/cmd/go>,
<https://doc.rust-lang.org/cargo/commands/>, <https://learn.microsoft.com/dotnet/core/tools/>, <https://bundler.io/man/bundle.1.html>,
<https://getcomposer.org/doc/03-cli.md>, <https://docs.djangoproject.com/en/stable/ref/contrib/staticfiles/#collectstatic>,
<https://guides.rubyonrails.org/asset_pipeline.html>.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from cnlint.knowledge.commands import PYTHON, program, unwrapped
from cnlint.knowledge.package_scripts import package_run
from cnlint.model.command import Invocation
from cnlint.patterns import lazy


class Build(Struct, frozen=True):
    """A build: the command, and what it does: install packages, compile, gather assets, or compile and run at once."""

    command: str
    kind: Literal["install", "compile", "assets", "run"]


_PACKAGES = r"(?:-\S+ )*(?:install|i|ci|clean-install|add)(?= |$)"
_SYSTEM = r"(?:-\S+ )*(?:install|add)(?= |$)"
_RULES: dict[str, tuple[tuple[Literal["install", "compile", "assets", "run"], re.Pattern[str]], ...]] = {
    **{name: (("install", lazy(_PACKAGES)),) for name in ("npm", "pnpm", "bun")},
    "yarn": (("install", lazy(r"(?:-\S+ )*(?:install|add)(?= |$)|(?:--?(?:frozen-lockfile|immutable|prod|production)\b ?)*$")),),
    **{name: (("install", lazy(r"(?:-\S+ )*install(?= |$)")),) for name in ("pip", "pip3", "poetry", "bundle", "gem")},
    **{name: (("install", lazy(r"(?:install|sync)(?= |$)")),) for name in ("pipenv", "pdm")},
    "uv": (("install", lazy(r"(?:sync|pip install|pip sync)(?= |$)")),),
    "composer": (("install", lazy(r"(?:-\S+ )*(?:install|update|require)(?= |$)")),),
    **{name: (("install", lazy(_SYSTEM)),) for name in ("apt-get", "apt", "apk", "yum", "dnf", "microdnf", "tdnf")},
    **{
        name: (
            ("run", lazy(r"(?:.* )?(?:spring-boot:run|quarkus:dev|exec:java)(?= |$)")),
            ("compile", lazy(r"(?:.* )?(?:package|install|compile|verify)(?= |$)")),
        )
        for name in ("mvn", "mvnw")
    },
    **{
        name: (
            ("run", lazy(r"(?:.* )?:?(?:\w+:)*(?:bootRun|run|appRun)(?= |$)")),
            ("compile", lazy(r"(?:.* )?:?(?:\w+:)*(?:build|assemble|shadowJar|bootJar|installDist)(?= |$)")),
        )
        for name in ("gradle", "gradlew")
    },
    "go": (("run", lazy(r"run(?= |$)")), ("compile", lazy(r"(?:build|install)(?= |$)")), ("install", lazy(r"(?:get|mod download)(?= |$)"))),
    "cargo": (("run", lazy(r"(?:\+\S+ )?run(?= |$)")), ("compile", lazy(r"(?:\+\S+ )?(?:build|install)(?= |$)"))),
    "dotnet": (("run", lazy(r"run(?= |$)")), ("compile", lazy(r"(?:build|publish)(?= |$)")), ("install", lazy(r"restore(?= |$)"))),
    "tsc": (("compile", lazy(r"(?!.*--(?:noEmit|version|watch)\b|.*-w\b)")),),
    "webpack": (("compile", lazy(r"(?!.*(?:--watch|-w\b))(?!serve|server|s\b|info|version)")),),
    **{
        name: (("compile", lazy(r"build(?= |$)")),)
        for name in "vite next nuxt nuxi nest ng react-scripts gatsby astro remix parcel ember".split()
    },
    "turbo": (("compile", lazy(r"(?:run )?build(?= |$)")),),
    **{
        name: (("assets", lazy(r"(?:collectstatic|compilemessages|compress)(?= |$)")),)
        for name in ("manage.py", "manage", "django-admin", "django")
    },
    "flask": (("assets", lazy(r"(?:-\S+ \S+ )*(?:translate compile|assets build)(?= |$)")),),
    "pybabel": (("assets", lazy(r"compile(?= |$)")),),
    **{name: (("assets", lazy(r"assets:precompile(?= |$)")),) for name in ("rails", "rake")},
    "mix": (("install", lazy(r"deps\.get(?= |$)")), ("compile", lazy(r"compile(?= |$)"))),
}
_BUILD_SCRIPT = lazy(r"(?:build|compile|bundle)(?:[:.-].*)?$")


def build(step: Invocation) -> Build | None:
    """Return the build that a step runs, None where it builds nothing."""
    words = unwrapped(step)
    run = package_run(words)
    if run is not None:
        return Build(f"{program(words)} run {run.name}", "compile") if _BUILD_SCRIPT.match(run.name) else None
    if (PYTHON.match(program(words)) or program(words) in ("php", "ruby", "node")) and len(words) > 1:
        words = words[1:]
    name = program(words)
    arguments = " ".join(word.text for word in words[1:])[:400]
    for kind, pattern in _RULES.get(name, ()):
        if match := pattern.match(arguments):
            shown = match[0].strip().rpartition(" ")[2] if kind in ("compile", "run") else match[0].strip()
            return Build(f"{name} {shown}".strip(), kind)
    return None
