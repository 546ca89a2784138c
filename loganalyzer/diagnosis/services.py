"""Backing services: how a title names them."""

from __future__ import annotations

from loganalyzer.model import Value

__all__ = ["name_service"]

SERVICES = {
    "amqp": "a message broker",
    "cassandra": "Cassandra",
    "database": "a database",
    "elasticsearch": "Elasticsearch",
    "http": "another web service",
    "kafka": "Kafka",
    "ldap": "a directory (LDAP)",
    "memcached": "Memcached",
    "mongodb": "MongoDB",
    "mssql": "SQL Server",
    "mysql": "MySQL",
    "oracle": "Oracle",
    "postgres": "PostgreSQL",
    "redis": "Redis",
    "smtp": "a mail server",
}
"""Values of `service` and their names for people."""


def name_service(service: Value | None) -> str:
    """Give the name of a service as a title has it.

    Args:
        service: the value of a pattern; None when the line does not tell which service it is.

    Examples:
        >>> name_service("postgres"), name_service("etcd"), name_service(None)
        ('PostgreSQL', 'etcd', 'a backing service')
    """
    return "a backing service" if service is None else SERVICES.get(str(service), str(service))
