"""Hosts of services for everybody, which are the same in every deploy of an application."""

from __future__ import annotations

_DOMAINS = {
    "https://support.google.com/a/answer/176600": ("gmail.com", "smtp-relay.gmail.com"),
    "https://developers.google.com/identity/protocols/oauth2": ("accounts.google.com", "googleapis.com"),
    "https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud": ("login.microsoftonline.com", "graph.microsoft.com"),
    "https://learn.microsoft.com/en-us/exchange/clients-and-mobile-in-exchange-online/pop3-and-imap4/pop3-and-imap4": ("office365.com", "outlook.com"),
    "https://docs.sendgrid.com/for-developers/sending-email/integrating-with-the-smtp-api": ("sendgrid.net", "sendgrid.com"),
    "https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp": ("mailgun.org", "mailgun.net"),
    "https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api": ("github.com", "githubusercontent.com"),
    "https://docs.stripe.com/api": ("stripe.com",),
    "https://www.twilio.com/docs/usage/api": ("twilio.com",),
    "https://docs.slack.dev/apis/web-api/": ("slack.com",),
    "https://platform.openai.com/docs/api-reference": ("openai.com",),
    "https://docs.anthropic.com/en/api/overview": ("anthropic.com",),
    "https://huggingface.co/docs/inference-providers": ("huggingface.co",),
    "https://developers.facebook.com/docs/graph-api/overview": ("facebook.com",),
    "https://developers.kakao.com/docs/latest/en/rest-api/reference": ("kakao.com",),
    "https://developers.naver.com/docs/login/api/api.md": ("naver.com", "naver.net"),
    "https://www.w3.org/TR/xml-names/": ("w3.org", "json-schema.org", "schemastore.org"),
}  # fmt: skip
"""Domains by where their services document them."""
_ALL = tuple(domain for domains in _DOMAINS.values() for domain in domains)


def is_for_everybody(host: str) -> bool:
    """Tell whether a host is one of a service for everybody: it says nothing of a deploy."""
    return any(host == domain or host.endswith(f".{domain}") for domain in _ALL)
