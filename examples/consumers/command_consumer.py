#!/usr/bin/env python3
"""A service that takes its commands from Kafka and has each effect once.

The effect, the memory of it (ce_id) and the acknowledgement are one transaction of PostgreSQL; the offset in Kafka follows. A crash between
the two brings messages again that the memory knows.

    KAFKA_BROKERS=… PGHOST=… command_consumer.py SERVICE [TOPIC]     TOPIC: commands.primary

Needs confluent_kafka and psycopg2 (Debian: python3-confluent-kafka, python3-psycopg2). SIGTERM ends it after the message at hand.
"""
import json
import os
import signal
import sys

import confluent_kafka
import psycopg2

SERVICE = sys.argv[1]
TOPIC = sys.argv[2] if len(sys.argv) > 2 else "commands.primary"

stopping = False


def stop(_signal, _frame):
    global stopping
    stopping = True


def header(message, name):
    """The text of a header, or None. A name may come more than once: the last one counts."""
    values = [value for key, value in message.headers() or [] if key == name]
    return values[-1].decode() if values else None


def handle(cursor, command_id, envelope):
    """What the service is for, in the transaction of `cursor`. Whatever it raises undoes the message, which comes again."""
    cursor.execute(
        "INSERT INTO handled_commands (command_id, payload) VALUES (%s, %s)", (command_id, json.dumps(envelope["payload"]))
    )


def take(connection, message):
    """One message: has its effect and acknowledges it, unless it did so before."""
    if header(message, "x-command-target") != SERVICE:
        return  # another service's
    command_id, tenant_id = header(message, "x-command-id"), header(message, "x-tenant-id")
    with connection, connection.cursor() as cursor:  # commits, or rolls back what raises
        cursor.execute("INSERT INTO seen_messages (ce_id) VALUES (%s) ON CONFLICT DO NOTHING", (header(message, "ce_id"),))
        if cursor.rowcount == 0:
            return
        status = "ignored"  # an observed command is for the record only
        if header(message, "x-command-mode") == "execute":
            handle(cursor, command_id, json.loads(message.value()))
            status = "completed"
        cursor.execute("SELECT command_center.acknowledge_command(%s, %s, %s, %s)", (tenant_id, command_id, status, SERVICE))


def main():
    signal.signal(signal.SIGTERM, stop)
    connection = psycopg2.connect("")  # PGHOST, PGPORT, …
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS seen_messages (ce_id text PRIMARY KEY, seen_at timestamptz NOT NULL DEFAULT now())")
        cursor.execute("CREATE TABLE IF NOT EXISTS handled_commands (command_id uuid NOT NULL, payload jsonb NOT NULL)")
    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": os.environ["KAFKA_BROKERS"],
            "group.id": SERVICE,
            "isolation.level": "read_committed",  # or what was aborted and sent again would be read as well
            "enable.auto.commit": False,  # an offset follows its effect
            "auto.offset.reset": "earliest",
            "session.timeout.ms": 6000,  # so long the partitions of one that was killed wait for another
            "partition.assignment.strategy": "range",
            "check.crcs": True,
        }
    )
    consumer.subscribe([TOPIC])
    try:
        while not stopping:
            message = consumer.poll(0.5)
            if message is None:
                continue
            if message.error():
                # Passing troubles are the library's to overcome: a broker that is away, a topic that is yet to come.
                if message.error().fatal():
                    raise confluent_kafka.KafkaException(message.error())
                continue
            take(connection, message)
            consumer.commit(message=message, asynchronous=True)
    finally:
        consumer.close()
        connection.close()


if __name__ == "__main__":
    main()
