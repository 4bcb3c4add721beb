"""What is known of images and programs."""

import pytest

from cnlint.knowledge.commands import unwrapped
from cnlint.knowledge.images import drops_privileges, is_floating, official_name, runs_as_root, split_reference
from cnlint.knowledge.installs import unpinned
from cnlint.knowledge.lock_enforcement import loose
from cnlint.knowledge.migrations import may_lock, migration
from cnlint.knowledge.secret_files import secret_file
from cnlint.knowledge.servers import detaching, is_loopback, server_of, stays
from cnlint.model.command import Invocation
from cnlint.source import Source
from cnlint.syntax.shell import shell_command


def step(text: str) -> Invocation:
    (found,) = shell_command(Source(text, "x", 0)).invocations
    return found


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("tini -g -p SIGTERM -- gunicorn app", "gunicorn app"),
        ("/usr/bin/dumb-init -c poetry run python -u -m gunicorn -b x app", "gunicorn -b x app"),
        ("env -u HOME PATH=/bin A=1 nice -n 5 node x.js", "node x.js"),
        ("gosu app:app uv run --no-sync --package shop uvicorn x", "uvicorn x"),
        ("timeout -k 5 30 celery worker", "celery worker"),
        ("wait-for-it.sh db:5432 -t 30 -- bundle exec puma", "puma"),
        ("npx -y prisma migrate deploy", "prisma migrate deploy"),
        ("cross-env NODE_ENV=production node x.js", "node x.js"),
        ("dotenvx run -f .env.production -- node x.js", "node x.js"),
        ("dotenv -e .env -- next start", "next start"),
        ("dockerize -wait tcp://db:5432 -timeout 30s gunicorn app", "gunicorn app"),
        ("runuser -u app -- gunicorn app", "gunicorn app"),
        ("setpriv --reuid=app --init-groups gunicorn app", "gunicorn app"),
        ("with-contenv s6-setuidgid app gunicorn app", "gunicorn app"),
        ("newrelic-admin run-program opentelemetry-instrument --service_name shop ddtrace-run gunicorn app", "gunicorn app"),
        ("doppler run -- conda run -n web pdm run gunicorn app", "gunicorn app"),
        ("python manage.py migrate", "python manage.py migrate"),
        ("npm run start", "npm run start"),
        ("poetry install", "poetry install"),
        ("tini", "tini"),
        ("python -m", "python -m"),
        ("$RUNNER gunicorn", "$RUNNER gunicorn"),
    ],
)
def test_wrappers_are_taken_away(text: str, inner: str) -> None:
    assert " ".join(word.text for word in unwrapped(step(text))) == inner


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("flask --app x run", "run"),
        ("flask db upgrade", None),
        ("python manage.py runserver", "runserver"),
        ("./manage.py migrate", None),
        ("php artisan serve", "serve"),
        ("/venv/bin/uvicorn x:app", "/venv/bin/uvicorn"),
        ("node server.js", None),
    ],
)
def test_servers_are_found_behind_interpreters_and_by_subcommand(text: str, program: str | None) -> None:
    found = server_of(unwrapped(step(text)))
    assert (None if found is None else unwrapped(step(text))[found[1]].text) == program


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:80", "localhost:8000", "[::1]:80", "::1", "tcp://127.0.0.1:9292", "127.1.2.3"])
def test_loopback(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize(
    "address", ["0.0.0.0:80", ":80", "8000", "localhost.acme.example", "$HOST", "unix:/run/x", "[::]:80", "10.127.0.0"]
)
def test_other_addresses(address: str) -> None:
    assert not is_loopback(address)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("gunicorn -D x", "-D"),
        ("gunicorn --daemon x", "--daemon"),
        ("gunicorn --daemon-like x", None),
        ("gunicorn -D $FLAGS", None),
        ("celery multi start w1 -A x", "multi"),
        ("celery -A x worker --detach", "--detach"),
        ("celery -A x worker", None),
        ("uwsgi --daemonize /var/log/x.log", "--daemonize"),
        ("redis-server --daemonize no", None),
        ("service nginx start", "start"),
        ("service nginx status", None),
        ("pm2 start a.js --no-daemon", None),
        ("/usr/sbin/sshd", ""),
        ("/usr/sbin/sshd -D -e", None),
        ("cron -f", None),
        ("apachectl -D FOREGROUND", None),
        ("uwsgi --ini app.ini -d /var/log/uwsgi.log", "--daemonize"),
        ("uwsgi --ini app.ini", None),
        ("php-fpm -D", "-D"),
        ("php-fpm -F", None),
        ("caddy start --config /etc/caddy/Caddyfile", "start"),
        ("caddy run", None),
        ("mongod --fork --logpath /var/log/mongod.log", "--fork"),
        ("rabbitmq-server -detached", "-detached"),
    ],
)
def test_what_detaches(text: str, how: str | None) -> None:
    found = detaching(step(text))
    assert (None if found is None else found[0]) == how


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("python manage.py migrate --noinput", "manage.py migrate"),
        ("./manage.py migrate --check", ""),
        ("python manage.py migrate_tasks", ""),
        ("python3 -m alembic -c /etc/a.ini upgrade head", "alembic -c /etc/a.ini upgrade"),
        ("flask --app shop db upgrade", "flask --app shop db upgrade"),
        ("bundle exec rake db:migrate", "rake db:migrate"),
        ("bin/rails db:migrate:status", ""),
        ("npm run db:migrate", "npm run db:migrate"),
        ("npm run migrate:create", ""),
        ("yarn build", ""),
        ("npx sequelize-cli db:migrate:undo", ""),
        ("php artisan migrate --force", "artisan migrate"),
        ("php artisan migrate:status", ""),
        ("migrate -path db -database $DSN up", "migrate -path db -database $DSN up"),
        ("flyway info", ""),
        ("git pull", ""),
    ],
)
def test_migrations(text: str, found: str) -> None:
    assert migration(step(text)) == found


@pytest.mark.parametrize(
    ("text", "locks"),
    [
        ("npx prisma migrate deploy", True),
        ("npx prisma db push", False),
        ("bin/rails db:prepare", True),
        ("bundle exec rake db:migrate", True),
        ("bin/rails db:schema:load", False),
        ("npx knex migrate:latest", True),
        ("migrate -path db -database $DSN up", True),
        ("flyway -url=$URL migrate", True),
        ("sqlx migrate run", True),
        ("airflow db migrate", True),
        ("mix ecto.migrate", True),
        ("dotnet ef database update", True),
        ("npm run db:migrate", True),
        ("php artisan migrate --force", False),
        ("php artisan migrate --isolated --force", True),
        ("python manage.py migrate", False),
        ("alembic upgrade head", False),
        ("goose up", False),
        ("npx sequelize-cli db:migrate", False),
    ],
)
def test_which_migrations_lock(text: str, locks: bool) -> None:
    found = migration(step(text))
    assert found
    assert may_lock(step(text), found) is locks


def test_programs_that_stay() -> None:
    assert stays(step("tini -- celery -A x worker"))
    assert not stays(step("python prepare.py"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("python", ("python", "", "")),
        ("localhost:5000/a/b:1@sha256:0", ("localhost:5000/a/b", "1", "sha256:0")),
        ("localhost:5000/a", ("localhost:5000/a", "", "")),
    ],
)
def test_references(text: str, parts: tuple[str, str, str]) -> None:
    assert split_reference(text) == parts


def test_official_names() -> None:
    assert official_name("public.ecr.aws/docker/library/python") == "python"
    assert official_name("docker.io/library/node") == official_name("library/node") == official_name("node") == "node"
    assert official_name("acme/python") == official_name("ghcr.io/python") == ""


@pytest.mark.parametrize(
    "text",
    "python python:slim node:lts-alpine nginx:alpine acme/x:latest debian:stable-slim python:alpine3.20 nginx:stable-alpine3.19".split(),
)
def test_floating(text: str) -> None:
    assert is_floating(*split_reference(text)[:2])


@pytest.mark.parametrize(
    "text",
    """python:3 node:jod debian:bookworm ubuntu:jammy acme/x:production traefik:maroilles golang:1.23-alpine debian:stable-20250203-slim
    acme/x:main-3f2a1b9 acme/x:edge-v3.2 acme/x:dev-20240101""".split(),
)
def test_pinned(text: str) -> None:
    assert not is_floating(*split_reference(text)[:2])


def test_users() -> None:
    root = ["python:3.12", "scratch", "gcr.io/distroless/static:debug", "mcr.microsoft.com/dotnet/aspnet:8.0", "nginx:1.27"]
    others = ["gcr.io/distroless/static:nonroot", "bitnami/redis:7", "cgr.dev/chainguard/python", "acme/base", "nginxinc/nginx-unprivileged:1",
              "mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled", "postgres:16", "docker:27-rootless"]  # fmt: skip
    assert all(runs_as_root(text) for text in root)
    assert not any(runs_as_root(text) for text in others)
    assert drops_privileges("php:8.3-apache")
    assert not drops_privileges("php:8.3-cli")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("pip3.12 install -qU --target /opt flask", "flask"),
        ("/opt/venv/bin/pip install flask==3.1 celery[redis]", "celery[redis]"),
        ("python3 -m pip install --some-option flask celery", "celery"),
        ("uv tool install ruff", "ruff"),
        ("pip install -rrequirements.txt ./lib pip setuptools", ""),
        ("pip install -c limits.txt flask", ""),
        ("npm i -g @scope/tool express@^4 serve@latest ./x github:a/b", "@scope/tool serve@latest"),
        ("npm install --prefix web", ""),
        ("gem install rails -v 8.0.0", ""),
        ("go install example.com/a@latest example.com/b@v1.2.3", "example.com/a@latest"),
        ("cargo install --root /opt --locked just", "just"),
        ("cargo install --path .", ""),
        ("sudo pip install flask", "flask"),
        ("pip freeze", ""),
    ],
)
def test_packages_that_are_installed_without_version(text: str, names: str) -> None:
    assert " ".join(word.text for word in unpinned(step(text))[1]) == names


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("npm install --omit dev", "npm install"),
        ("npm i", "npm i"),
        ("npm i express", ""),
        ("npm ci", ""),
        ("npm install -g", ""),
        ("npm install $FLAGS", ""),
        ("yarn", "yarn"),
        ("yarn --frozen-lockfile", ""),
        ("yarn build", ""),
        ("yarn --version", ""),
        ("pnpm i --filter web", "pnpm i"),
        ("pnpm install --frozen-lockfile=true", ""),
        ("uv sync --no-dev", "uv sync"),
        ("uv sync --locked", ""),
        ("cargo build --release --bin shop", "cargo build"),
        ("go mod tidy", "go mod tidy"),
        ("go mod download", ""),
        ("go get -u ./...", "go get"),
        ("go get example.com/a@v1", ""),
        ("bundle", "bundle"),
        ("bundle exec puma", ""),
        ("composer update --no-dev", "composer update"),
        ("poetry install", ""),
    ],
)
def test_commands_that_do_not_keep_to_a_lock_file(text: str, command: str) -> None:
    found = loose(step(text))
    assert ("" if found is None else found.command) == command


@pytest.mark.parametrize(
    ("path", "holds"),
    [
        ("deploy/.env.production", "environment variables"),
        (".env*", "environment variables"),
        (".env.example", ""),
        ("tls/privkey.pem", "a private key"),
        ("tls/fullchain.pem", ""),
        ("docker/nginx_signing.key", ""),
        ("server.key", "a private key"),
        (".ssh/id_rsa", "SSH keys"),
        (".ssh/known_hosts", ""),
        ("gcp/service-account.json", "credentials"),
        ("environment.ts", ""),
        ("config.env.js", ""),
    ],
)
def test_files_that_hold_secrets(path: str, holds: str) -> None:
    assert secret_file(path) == holds
