"""Commands that change a database's schema."""

from __future__ import annotations

import re

from cnlint.knowledge.commands import PYTHON, program, unwrapped
from cnlint.model.command import Invocation
from cnlint.patterns import lazy

_MIGRATIONS: dict[str, re.Pattern[str]] = {
    "manage.py": lazy(
        r"migrate(?![\w-])(?!.* --(?:check|plan|list|fake)\b)"
    ),  # https://docs.djangoproject.com/en/stable/ref/django-admin/#migrate
    "django-admin": lazy(r"migrate(?![\w-])(?!.* --(?:check|plan|list|fake)\b)"),
    "django": lazy(r"migrate(?![\w-])(?!.* --(?:check|plan|list|fake)\b)"),
    "alembic": lazy(r"(?:-\S+ (?:\S+ )?)*upgrade\b"),  # https://alembic.sqlalchemy.org/en/latest/tutorial.html
    "flask": lazy(r"(?:-\S+ \S+ )*db upgrade\b"),  # https://flask-migrate.readthedocs.io/
    "superset": lazy(r"db upgrade\b"),
    "airflow": lazy(r"db (?:migrate|upgrade|init)\b"),
    "aerich": lazy(r"upgrade\b"),
    "rails": lazy(r"db:(?:migrate|prepare|setup|schema:load)(?![:\w])"),  # https://guides.rubyonrails.org/active_record_migrations.html
    "rake": lazy(r"db:(?:migrate|prepare|setup|schema:load)(?![:\w])"),
    "prisma": lazy(r"(?:migrate deploy|db push)\b"),  # https://www.prisma.io/docs/orm/reference/prisma-cli-reference
    "knex": lazy(r"migrate:(?:latest|up)\b"),
    "sequelize": lazy(r"db:migrate(?!:)"),
    "sequelize-cli": lazy(r"db:migrate(?!:)"),
    "typeorm": lazy(r".*migration:run\b"),
    "drizzle-kit": lazy(r"(?:migrate|push)\b"),
    "flyway": lazy(r".*\bmigrate\b"),  # https://documentation.red-gate.com/fd/migrate-184127460.html
    "liquibase": lazy(r".*\bupdate\b(?!-sql)"),
    "dotnet": lazy(r"ef database update\b"),
    "goose": lazy(r".*\bup\b"),
    "migrate": lazy(r".*\bup\b"),  # https://github.com/golang-migrate/migrate/tree/master/cmd/migrate
    "dbmate": lazy(r"(?:.* )?(?:up|migrate)$"),
    "atlas": lazy(r"migrate apply\b"),
    "artisan": lazy(r"migrate(?::fresh|:refresh)?(?: |$)"),  # https://laravel.com/docs/migrations#running-migrations
    "console": lazy(r"doctrine:migrations:migrate\b"),
    "diesel": lazy(r"(?:migration run|database setup)\b"),
    "sqlx": lazy(r"migrate run\b"),
    "mix": lazy(r"ecto\.migrate\b"),
    "npm": lazy(r"run (?:\S*[:_-])?migrat(?:e|ions?)(?:[:_-](?:deploy|up|run|prod|production|latest))?$"),
    "yarn": lazy(r"(?:run )?(?:\S*[:_-])?migrat(?:e|ions?)(?:[:_-](?:deploy|up|run|prod|production|latest))?$"),
    "pnpm": lazy(r"(?:run )?(?:\S*[:_-])?migrat(?:e|ions?)(?:[:_-](?:deploy|up|run|prod|production|latest))?$"),
}


_SEEDS: dict[str, re.Pattern[str]] = {
    "manage.py": lazy(r"loaddata\b"),  # https://docs.djangoproject.com/en/stable/ref/django-admin/#loaddata
    "django-admin": lazy(r"loaddata\b"),
    "rails": lazy(r"db:seed\b"),
    "rake": lazy(r"db:seed\b"),
    "prisma": lazy(r"db seed\b"),
    "knex": lazy(r"seed:run\b"),
    "sequelize": lazy(r"db:seed(?::all)?$"),
    "sequelize-cli": lazy(r"db:seed(?::all)?$"),
    "artisan": lazy(r"db:seed\b"),  # https://laravel.com/docs/seeding#running-seeders
}


def migration(step: Invocation) -> str:
    """Return the command by which a step changes a database's schema (`manage.py migrate`), or nothing."""
    return _found(step, _MIGRATIONS)


def seeding(step: Invocation) -> str:
    """Return the command by which a step fills a database (`rails db:seed`), or nothing."""
    return _found(step, _SEEDS)


def _found(step: Invocation, table: dict[str, re.Pattern[str]]) -> str:
    words = unwrapped(step)
    name = program(words)
    if (PYTHON.match(name) or name in ("php", "ruby")) and len(words) > 1:
        words = words[1:]
        name = program(words)
    pattern = table.get(name)
    arguments = " ".join(word.text for word in words[1:])[:400]
    match = pattern.match(arguments) if pattern else None
    return f"{name} {match[0]}".strip() if match else ""
