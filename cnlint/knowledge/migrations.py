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


# what begins a migration's command, source
_LOCKS = """
airflow db                   https://github.com/apache/airflow/blob/2.10.4/airflow/utils/db.py
atlas migrate apply          https://atlasgo.io/versioned/apply
flyway                       https://documentation.red-gate.com/fd/frequently-asked-questions-184127200.html
knex migrate                 https://knexjs.org/guide/migrations.html#notes-about-locks
liquibase                    https://docs.liquibase.com/concepts/tracking-tables/databasechangeloglock-table.html
migrate                      https://github.com/golang-migrate/migrate/blob/master/FAQ.md
mix ecto.migrate             https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-repo-configuration
prisma migrate deploy        https://www.prisma.io/docs/orm/prisma-migrate/workflows/development-and-production#advisory-locking
rails db:migrate             https://edgeapi.rubyonrails.org/classes/ActiveRecord/ConcurrentMigrationError.html
rails db:prepare             https://edgeapi.rubyonrails.org/classes/ActiveRecord/ConcurrentMigrationError.html
rake db:migrate              https://edgeapi.rubyonrails.org/classes/ActiveRecord/ConcurrentMigrationError.html
rake db:prepare              https://edgeapi.rubyonrails.org/classes/ActiveRecord/ConcurrentMigrationError.html
sqlx migrate                 https://docs.rs/sqlx/latest/sqlx/migrate/struct.Migrator.html#method.set_locking
"""
"""Commands that take a lock in the database, so that a second one waits, or gives up (Knex). Without one are Django, Alembic, Aerich,
Sequelize, TypeORM, Drizzle, goose, dbmate, Doctrine, Diesel, `prisma db push` and Rails' `db:setup` and `db:schema:load`: their sources hold none."""
_LOCKING = tuple(row.rpartition(" ")[0].strip() for row in _LOCKS.strip().splitlines())
_MAY_LOCK = frozenset({"dotnet", "npm", "yarn", "pnpm"})
"""Those that lock from a version on (<https://learn.microsoft.com/en-us/ef/core/what-is-new/ef-core-9.0/whatsnew#concurrent-migrations>), and scripts
that run who knows what."""


def may_lock(step: Invocation, name: str) -> bool:
    """Tell whether a migration of this name takes a lock in the database, or may: two of them then do not meet.

    Laravel takes one in its cache with `--isolated` (<https://laravel.com/docs/migrations#isolating-migration-execution>).
    """
    first = name.partition(" ")[0]
    isolated = first == "artisan" and step.flag("--isolated") is not None
    return isolated or first in _MAY_LOCK or any(name == one or name.startswith((f"{one} ", f"{one}:")) for one in _LOCKING)


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
