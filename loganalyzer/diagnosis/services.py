"""Backing services: how a title names them."""

from __future__ import annotations

from loganalyzer.model import Value
from loganalyzer.summary import Sighting

__all__ = ["name_service", "say_trouble"]

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

UNSET = frozenset({"undefined", "null", "nil", "nan"})
"""What programs write in the place of a host that nobody has set."""


def name_service(service: Value | None) -> str:
    """Give the name of a service as a title has it.

    Args:
        service: the value of a pattern; None when the line does not tell which service it is.

    Examples:
        >>> name_service("postgres"), name_service("etcd"), name_service(None)
        ('PostgreSQL', 'etcd', 'a backing service')
    """
    return "a backing service" if service is None else SERVICES.get(str(service), str(service))


def say_trouble(who: str, trouble: Sighting) -> str:
    """Give the title of a failure of a backing service.

    Args:
        who: the beginning of the sentence, such as "The app needs".
        trouble: the line that says that the service cannot be reached or refuses.
    """
    host, port = trouble.values.get("service_host"), trouble.values.get("service_port")
    where = f" at {host}:{port}" if host and port else f" at {host}" if host else ""
    if str(host).lower() in UNSET:
        return (
            f"{who} {name_service(trouble.values.get('service'))}, and its address is not set: the app tries{where[3:]}"
        )
    words = "refuses the connection" if trouble.statement == "service-refused" else "cannot be reached"
    return f"{who} {name_service(trouble.values.get('service'))}{where}, which {words}"
