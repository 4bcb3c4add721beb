"""Commands that change a database's schema."""

from __future__ import annotations

import re

from cnlint.knowledge.commands import PYTHON, program, unwrapped
from cnlint.model.command import Invocation

_MIGRATIONS: dict[str, re.Pattern[str]] = {
    "manage.py": re.compile(
        r"migrate(?!.* --(?:check|plan|list|fake)\b)"
    ),  # https://docs.djangoproject.com/en/stable/ref/django-admin/#migrate
    "django-admin": re.compile(r"migrate(?!.* --(?:check|plan|list|fake)\b)"),
    "django": re.compile(r"migrate(?!.* --(?:check|plan|list|fake)\b)"),
    "alembic": re.compile(r"(?:-\S+ (?:\S+ )?)*upgrade\b"),  # https://alembic.sqlalchemy.org/en/latest/tutorial.html
    "flask": re.compile(r"(?:-\S+ \S+ )*db upgrade\b"),  # https://flask-migrate.readthedocs.io/
    "superset": re.compile(r"db upgrade\b"),
    "airflow": re.compile(r"db (?:migrate|upgrade|init)\b"),
    "aerich": re.compile(r"upgrade\b"),
    "rails": re.compile(r"db:(?:migrate|prepare|setup|schema:load)\b"),  # https://guides.rubyonrails.org/active_record_migrations.html
    "rake": re.compile(r"db:(?:migrate|prepare|setup|schema:load)\b"),
    "prisma": re.compile(r"(?:migrate deploy|db push)\b"),  # https://www.prisma.io/docs/orm/reference/prisma-cli-reference
    "knex": re.compile(r"migrate:(?:latest|up)\b"),
    "sequelize": re.compile(r"db:migrate(?!:)"),
    "sequelize-cli": re.compile(r"db:migrate(?!:)"),
    "typeorm": re.compile(r".*migration:run\b"),
    "drizzle-kit": re.compile(r"(?:migrate|push)\b"),
    "flyway": re.compile(r".*\bmigrate\b"),  # https://documentation.red-gate.com/fd/migrate-184127460.html
    "liquibase": re.compile(r".*\bupdate\b(?!-sql)"),
    "dotnet": re.compile(r"ef database update\b"),
    "goose": re.compile(r".*\bup\b"),
    "migrate": re.compile(r".*\bup\b"),  # https://github.com/golang-migrate/migrate/tree/master/cmd/migrate
    "dbmate": re.compile(r"(?:.* )?(?:up|migrate)$"),
    "atlas": re.compile(r"migrate apply\b"),
    "artisan": re.compile(r"migrate(?::fresh|:refresh)?(?: |$)"),  # https://laravel.com/docs/migrations#running-migrations
    "console": re.compile(r"doctrine:migrations:migrate\b"),
    "diesel": re.compile(r"(?:migration run|database setup)\b"),
    "sqlx": re.compile(r"migrate run\b"),
    "mix": re.compile(r"ecto\.migrate\b"),
    "npm": re.compile(r"run (?:\S*[:_-])?migrat(?:e|ions?)(?:[:_-](?:deploy|up|run|prod|production|latest))?$"),
    "yarn": re.compile(r"(?:run )?(?:\S*[:_-])?migrat(?:e|ions?)(?:[:_-](?:deploy|up|run|prod|production|latest))?$"),
    "pnpm": re.compile(r"(?:run )?(?:\S*[:_-])?migrat(?:e|ions?)(?:[:_-](?:deploy|up|run|prod|production|latest))?$"),
}


def migration(step: Invocation) -> str:
    """Return the command by which a step changes a database's schema (`manage.py migrate`), or nothing."""
    words = unwrapped(step)
    name = program(words)
    if (PYTHON.match(name) or name in ("php", "ruby")) and len(words) > 1:
        words = words[1:]
        name = program(words)
    pattern = _MIGRATIONS.get(name)
    arguments = " ".join(word.text for word in words[1:])[:400]
    match = pattern.match(arguments) if pattern else None
    return f"{name} {match[0]}".strip() if match else ""
