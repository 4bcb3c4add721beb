"""What is a secret, and what in code only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.knowledge.credentials import is_credential, is_generated
from cnlint.knowledge.secrets import is_secret_name, judge, may_hold_secret, redact

GENERATED = "k3h9Zp0q77xWmLd2Qa8T"


@pytest.mark.parametrize(
    "name", ["PASSWORD", "db_password", "DB_PASS", "apiKey", "AWS_SECRET_ACCESS_KEY", "jwtSecret", "token", "SENTRY_DSN", "PASSWORD_PROD"]
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    """TOKEN_URL PASSWORD_FILE password_field SECRET_NAME TOKEN_TTL PASSWORD_CHANGED INVALID_TOKEN RESET_PASSWORD password_hash
    PASSWORD_TOO_SHORT TOKEN_UPDATE_LAST_LOGIN_THRESHOLD TOKEN_THROTTLE_RATE SET_PASSWORD_DEFAULT_SUBJECT compass tokenizer key
    AUTH_PASS_THROUGH PROXY_PASS FIRST_PASS pass KAFKA_SSL_KEYSTORE_CREDENTIALS KAFKA_SSL_KEY_CREDENTIALS SASL_TOKEN_JAAS_CONFIG""".split(),
)
def test_names_of_other_things(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hunter2hunter2", "password"),
        ("P@ssw0rd!", "DB_PASSWORD"),
        ("tr0ub4dor", "admin_password"),
        (GENERATED, "api_token"),
        ("dev", "SECRET_KEY"),
        ("shop-dev-key", "SHOP_SECRET_KEY"),
        ("django-insecure-x7^2k9v!q0s#e4m1r8t5y3u6i_o(p)lz", "SECRET_KEY"),
        ("postgres", "DB_PASSWORD"),
        ("dbname=shop user=shop password=carrot99 host=db", "anything"),
        ("Server=db;Database=shop;Uid=shop;Pwd=carrot99;", "anything"),
        ("amqp://shop:carrot99@queue:5672//", "anything"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----\n" + GENERATED * 4, ""),
    ],
)
def test_credentials(text: str, name: str) -> None:
    assert is_credential(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("proxy-ca", "PROXY_CA_SECRET"),
        ("shop.web.db", "shopWebDbToken"),
        ("password", "_APP_PASSWORD_SECRET_KEY"),
        ("config", "WEB_CONFIG_SECRET_KEY"),
    ],
)
def test_names_of_what_holds_a_secret(text: str, name: str) -> None:
    assert not is_credential(text, name)


def test_what_only_looks_like_the_name_of_an_object() -> None:
    assert judge("shop-client", "SHOP_CLIENT_SECRET") is not None
    assert judge("shop-db", "SHOP_DB_PASSWORD") is not None


@pytest.mark.parametrize("text", ["__REPLACE_ME__run_the_setup", "replace-this", "placeholder"])
def test_placeholders(text: str) -> None:
    secret = judge(text, "API_KEY")
    assert secret is not None
    assert secret.strength == "placeholder"


def test_a_word_is_a_password_next_to_a_user() -> None:
    assert is_credential("swordfish", "password", ("host", "user"))
    assert not is_credential("swordfish", "password", ("label", "help_text"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("password_too_short", "PASSWORD"),
        ("password", "_PANEL_PASSWORD_SECRET_KEY"),
        ("config", "PANEL_CONFIG_SECRET_KEY"),
        ("panel-proxy-ca", "PANEL_PROXY_CA_SECRET"),
        ("Invalid or expired token.", "TOKEN"),
        ("secret", "client_secret"),
        ("oauth2", "token"),
        ("api/v2/credentials/", "_credentials"),
        (r"users/\d+/credentials/", "_credentials"),
        ("X-Auth-Token", "token"),
        ("scm_password", "password"),
        ("ssh_key_unlock", r"Enter passphrase for .*:\s*?$"),
        ("Passwort", "password"),
        ("changeme", "SECRET_KEY"),
        ("permission-denied", "SECRET_KEY"),
        ("", "SECRET_KEY"),
        ("${TOKEN}", "TOKEN"),
        ("wonderland42", "dummy_password"),
        ("-----BEGIN " + "PRIVATE KEY-----", "header"),
        ("AKIAIOSFODNN7EXAMPLE", "key"),
        ("dbname=shop user=shop password=%s", "dsn_format"),
        ("INSERT password=x", "sql"),
        ("ghp_" + "x" * 36, "token_name"),
    ],
)
def test_texts_that_only_look_alike(text: str, name: str) -> None:
    assert not is_credential(text, name)


@pytest.mark.parametrize(
    ("text", "name", "strength"),
    [
        ("STRONG_DB_PASSWORD", "POSTGRES_PASSWORD", "placeholder"),
        ("user_provided", "OPENAI_API_KEY", "placeholder"),
        ("sk-XXXXXXXXXXXXXXXXXXXX", "OPENAI_API_KEY", "placeholder"),
        ("invalid", "API_KEY", "placeholder"),
        ("'<PRIVKEY>'", "SIGNING_KEY", "placeholder"),
        ('"admin"', "ADMIN_PASSWORD", "weak"),
        ("ChooseYourOwnPasswordHere1234", "DB_PASSWORD", "placeholder"),
        ("MyCloudflareApiToken", "CLOUDFLARE_API_TOKEN", "placeholder"),
        ("MyCloudflareApiToken", "DB_PASSWORD", "random"),
        ("ROOTPW", "MYSQL_ROOT_PASSWORD", "placeholder"),
        ("nvapi-NVKEY", "NGC_API_KEY", "placeholder"),
        ("%kernel.project_dir%/config/jwt/private.pem", "JWT_SECRET_KEY", None),
        ("config/tls/server.key", "TLS_PRIVATE_KEY", None),
        ("%env(resolve:JWT)%", "JWT_SECRET_KEY", None),
        ('""', "DB_PASSWORD", None),
    ],
)
def test_strength(text: str, name: str, strength: str | None) -> None:
    secret = judge(text, name)
    assert (None if secret is None else secret.strength) == strength


@pytest.mark.parametrize("name", ["DB_PASS", "YOURLS_DB_PASS", "RABBITMQ_DEFAULT_PASS", "smtpPass", "ADMIN_PASS_2"])
def test_somebodys_pass_is_a_password(name: str) -> None:
    secret = judge("12345", name)
    assert secret is not None
    assert secret.kind == "password"


@pytest.mark.parametrize("text", [GENERATED, "550e8400e29b41d4a716446655440000", "FeHkE_QbuU3cYy1a1eQUrCE5jRcUnBK3"])
def test_generated(text: str) -> None:
    assert is_generated(text)


@pytest.mark.parametrize(
    "text", ["application/vnd.github.v3+json", "projects/my-project/secrets/x1", "some_long_identifier_of_code_2", "2021-01-01-preview"]
)
def test_written(text: str) -> None:
    assert not is_generated(text)


@given(st.text(max_size=60), st.sampled_from(["password", "TOKEN", "x", ""]))
@settings(max_examples=200, deadline=None)
def test_no_secret_comes_through(text: str, name: str) -> None:
    secret = judge(text, name)
    if secret is not None and secret.kind in ("password", "token") and not secret.provider:
        assert text not in secret.redacted or text in "***"
    assert len(redact(text)) == len(text)


def test_long_texts_take_no_time() -> None:
    for text in ("a" * 300_000, "a." * 150_000, "://" * 100_000, "x=" * 100_000):
        judge(text, "password")
        may_hold_secret(text)
        redact(text)
