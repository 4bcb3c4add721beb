"""Which cloud resources are backing services, and of which kind.

Resource types and their attributes are those of the providers' own references:
<https://registry.terraform.io/providers/hashicorp/aws/latest/docs>,
<https://registry.terraform.io/providers/hashicorp/google/latest/docs>,
<https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs>,
<https://registry.terraform.io/providers/digitalocean/digitalocean/latest/docs>.
"""

from __future__ import annotations

from msgspec import Struct


class ServiceType(Struct, frozen=True):
    """A resource type that is a backing service: its kind, or the attribute that tells it; the attribute with its version."""

    kind: str = ""
    engine: str = ""
    version: str = ""


SERVICE_TYPES: dict[str, ServiceType] = {
    "aws_db_instance": ServiceType(engine="engine", version="engine_version"),
    "aws_rds_cluster": ServiceType(engine="engine", version="engine_version"),
    "aws_rds_global_cluster": ServiceType(engine="engine", version="engine_version"),
    "aws_dsql_cluster": ServiceType("postgres"),
    "aws_redshift_cluster": ServiceType("redshift"),
    "aws_redshiftserverless_workgroup": ServiceType("redshift"),
    "aws_docdb_cluster": ServiceType("mongodb", version="engine_version"),
    "aws_docdbelastic_cluster": ServiceType("mongodb"),
    "aws_neptune_cluster": ServiceType("neptune", version="engine_version"),
    "aws_timestreamwrite_database": ServiceType("timestream"),
    "aws_timestreaminfluxdb_db_instance": ServiceType("influxdb"),
    "aws_elasticache_cluster": ServiceType(engine="engine", version="engine_version"),
    "aws_elasticache_replication_group": ServiceType("redis", engine="engine", version="engine_version"),
    "aws_elasticache_serverless_cache": ServiceType(engine="engine", version="major_engine_version"),
    "aws_memorydb_cluster": ServiceType("redis", engine="engine", version="engine_version"),
    "aws_dax_cluster": ServiceType("dynamodb"),
    "aws_mq_broker": ServiceType(engine="engine_type", version="engine_version"),
    "aws_msk_cluster": ServiceType("kafka", version="kafka_version"),
    "aws_msk_serverless_cluster": ServiceType("kafka"),
    "aws_opensearch_domain": ServiceType("opensearch", engine="engine_version", version="engine_version"),
    "aws_opensearchserverless_collection": ServiceType("opensearch"),
    "aws_elasticsearch_domain": ServiceType("elasticsearch", version="elasticsearch_version"),
    "aws_cloudsearch_domain": ServiceType("cloudsearch"),
    "aws_keyspaces_keyspace": ServiceType("cassandra"),
    "aws_dynamodb_table": ServiceType("dynamodb"),
    "aws_sqs_queue": ServiceType("sqs"),
    "aws_sns_topic": ServiceType("sns"),
    "aws_cloudwatch_event_bus": ServiceType("eventbridge"),
    "aws_kinesis_stream": ServiceType("kinesis"),
    "aws_kinesis_firehose_delivery_stream": ServiceType("firehose"),
    "aws_s3_bucket": ServiceType("s3"),
    "aws_s3_directory_bucket": ServiceType("s3"),
    "aws_efs_file_system": ServiceType("nfs"),
    "google_sql_database_instance": ServiceType(engine="database_version", version="database_version"),
    "google_alloydb_cluster": ServiceType("postgres", version="database_version"),
    "google_redis_instance": ServiceType("redis", version="redis_version"),
    "google_redis_cluster": ServiceType("redis"),
    "google_memorystore_instance": ServiceType("redis", version="engine_version"),
    "google_memcache_instance": ServiceType("memcached", version="memcache_version"),
    "google_spanner_instance": ServiceType("spanner"),
    "google_bigtable_instance": ServiceType("bigtable"),
    "google_bigquery_dataset": ServiceType("bigquery"),
    "google_firestore_database": ServiceType("firestore"),
    "google_pubsub_topic": ServiceType("pubsub"),
    "google_pubsub_lite_topic": ServiceType("pubsub"),
    "google_cloud_tasks_queue": ServiceType("cloud-tasks"),
    "google_managed_kafka_cluster": ServiceType("kafka"),
    "google_discovery_engine_search_engine": ServiceType("vertex-search"),
    "google_storage_bucket": ServiceType("gcs"),
    "google_filestore_instance": ServiceType("nfs"),
    "azurerm_postgresql_server": ServiceType("postgres", version="version"),
    "azurerm_postgresql_flexible_server": ServiceType("postgres", version="version"),
    "azurerm_cosmosdb_postgresql_cluster": ServiceType("postgres", version="sql_version"),
    "azurerm_mysql_server": ServiceType("mysql", version="version"),
    "azurerm_mysql_flexible_server": ServiceType("mysql", version="version"),
    "azurerm_mariadb_server": ServiceType("mariadb", version="version"),
    "azurerm_mssql_server": ServiceType("mssql", version="version"),
    "azurerm_mssql_managed_instance": ServiceType("mssql"),
    "azurerm_sql_server": ServiceType("mssql", version="version"),
    "azurerm_synapse_workspace": ServiceType("synapse"),
    "azurerm_kusto_cluster": ServiceType("kusto"),
    "azurerm_redis_cache": ServiceType("redis", version="redis_version"),
    "azurerm_redis_enterprise_cluster": ServiceType("redis"),
    "azurerm_managed_redis": ServiceType("redis"),
    "azurerm_cosmosdb_account": ServiceType("cosmosdb", engine="kind", version="mongo_server_version"),
    "azurerm_cosmosdb_cassandra_cluster": ServiceType("cassandra", version="version"),
    "azurerm_mongo_cluster": ServiceType("mongodb", version="version"),
    "azurerm_search_service": ServiceType("azure-search"),
    "azurerm_elastic_cloud_elasticsearch": ServiceType("elasticsearch"),
    "azurerm_servicebus_namespace": ServiceType("servicebus"),
    "azurerm_eventhub_namespace": ServiceType("eventhub"),
    "azurerm_eventgrid_topic": ServiceType("eventgrid"),
    "azurerm_eventgrid_namespace": ServiceType("eventgrid"),
    "azurerm_storage_account": ServiceType("azure-storage"),
    "azurerm_storage_queue": ServiceType("azure-queue"),
    "azurerm_signalr_service": ServiceType("signalr"),
    "azurerm_web_pubsub": ServiceType("web-pubsub"),
    "digitalocean_database_cluster": ServiceType(engine="engine", version="version"),
    "digitalocean_spaces_bucket": ServiceType("s3"),
}

SECRET_STORES: dict[str, str] = {
    "aws_secretsmanager_secret_version": "secret_string",
    "aws_ssm_parameter": "value",
    "azurerm_key_vault_secret": "value",
    "google_secret_manager_secret_version": "secret_data",
    "github_actions_secret": "plaintext_value",
    "github_actions_environment_secret": "plaintext_value",
    "vault_generic_secret": "data_json",
    "vault_kv_secret_v2": "data_json",
}
"""Resources that store a secret, and the argument that is given it."""

SECRET_ARGUMENTS: dict[str, str] = {
    "azurerm_container_app": "secret.value",
    "azurerm_container_app_job": "secret.value",
}
"""Arguments that are given a secret though their names do not say so, without the places in lists."""

NOT_SECRETS = frozenset({"creation_token", "client_token", "client_request_token", "idempotency_token", "request_token"})
"""Arguments that only tell one request from another, for all their names."""

_IDENTIFIERS = frozenset({"id", "arn", "name", "urn", "self_link", "version", "path"})


def is_identifier(attribute: str) -> bool:
    """Tell whether an attribute of a resource only names it, whatever it is: `arn`, `secret_id`, `key_name`."""
    return attribute.rpartition("_")[2] in _IDENTIFIERS or attribute in _IDENTIFIERS


_ENGINES = (
    ("postgres", "postgres"),
    ("aurora-postgres", "postgres"),
    ("pg", "postgres"),
    ("mysql", "mysql"),
    ("aurora", "mysql"),
    ("mariadb", "mariadb"),
    ("oracle", "oracle"),
    ("custom-oracle", "oracle"),
    ("sqlserver", "mssql"),
    ("custom-sqlserver", "mssql"),
    ("db2", "db2"),
    ("docdb", "mongodb"),
    ("mongodb", "mongodb"),
    ("neptune", "neptune"),
    ("redis", "redis"),
    ("valkey", "redis"),
    ("memcached", "memcached"),
    ("rabbitmq", "rabbitmq"),
    ("activemq", "activemq"),
    ("kafka", "kafka"),
    ("opensearch", "opensearch"),
    ("elasticsearch", "elasticsearch"),
)


def engine_kind(engine: str) -> str:
    """Return the kind of service that a provider's engine name means: `aurora-postgresql`, `POSTGRES_15`; else nothing."""
    lowered = engine.lower()
    return next((kind for prefix, kind in _ENGINES if lowered.startswith(prefix)), "")


def engine_version(version: str) -> str:
    """Return a version without the engine's name before it: `POSTGRES_15` gives `15`, `MYSQL_8_0` gives `8.0`."""
    head, _, rest = version.partition("_")
    return rest.replace("_", ".") if head.isalpha() and rest[:1].isdigit() else version
