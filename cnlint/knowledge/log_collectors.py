"""Programs that collect, keep or rotate log files.

Sources: <https://docs.fluentbit.io/>, <https://docs.fluentd.org/>, <https://grafana.com/docs/loki/latest/send-data/>,
<https://www.elastic.co/docs/reference/beats/filebeat>, <https://vector.dev/docs/>, <https://www.rsyslog.com/doc/>,
<https://www.syslog-ng.com/technical-documents/>, <https://github.com/logrotate/logrotate>.
"""

from __future__ import annotations

from cnlint.patterns import lazy

_COLLECTORS = lazy(
    r".*(?:fluent-?bit|fluentd|td-agent|promtail|alloy|filebeat|logstash|vector|datadog|otel|opentelemetry-collector|splunk|loki|graylog"
    r"|rsyslog|syslog|logspout|logrotate|cadvisor|goaccess|dozzle|fail2ban)"
)
LOG_PACKAGES = frozenset(
    "rsyslog syslog-ng syslog-ng-core busybox-syslogd inetutils-syslogd logrotate filebeat logstash td-agent fluent-bit fluentd promtail".split()
)
"""Packages of distributions and vendors that write, rotate or send log files."""


def collects_logs(name: str) -> bool:
    """Tell whether a container or image is named for a program that works with the logs of others."""
    return bool(_COLLECTORS.match(name.lower()))
