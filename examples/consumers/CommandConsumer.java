// A service that takes its commands from Kafka and reports to Kafka what became of them.
//
// The offsets and the acknowledgements are one transaction of Kafka: whoever reads the acknowledgements with read_committed finds one for
// each command, however often this program is killed. An effect outside of Kafka needs a memory of ce_id beside it, in its own
// transaction: see command_consumer.py.
//
//   KAFKA_BROKERS=… java -cp 'kafka-clients.jar:…' CommandConsumer.java SERVICE [TOPIC]     TOPIC: commands.primary
//
// Needs Java 17 and kafka-clients. SIGTERM ends it after the batch at hand.
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class CommandConsumer {
    private static final String ACKNOWLEDGEMENTS = "commands.acknowledgements";
    private static final int REMEMBERED = 100_000;

    private final String service;
    private final KafkaConsumer<String, String> consumer;
    private final KafkaProducer<String, String> producer;
    // What a relay with --delivery at-least-once sends twice comes soon after the first one.
    private final Map<String, Boolean> seen = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    CommandConsumer(String brokers, String service, String topic) {
        this.service = service;
        consumer = new KafkaConsumer<>(Map.of(
            "bootstrap.servers", brokers,
            "group.id", service,
            "isolation.level", "read_committed", // or what was aborted and sent again would be read as well
            "enable.auto.commit", "false",       // the offsets are in the producer's transaction
            "session.timeout.ms", "6000",        // so long the partitions of one that was killed wait for another
            "auto.offset.reset", "earliest"), new StringDeserializer(), new StringDeserializer());
        producer = new KafkaProducer<>(Map.of(
            "bootstrap.servers", brokers,
            "transactional.id", service + "-0", // one for each instance, and the same after a restart: it ends what a dead one left open
            "acks", "all"), new StringSerializer(), new StringSerializer());
        producer.initTransactions();
        consumer.subscribe(List.of(topic));
    }

    // What the service is for. Whatever it throws ends the program, and the batch comes again.
    private void handle(String envelope) {
        System.out.println(envelope);
    }

    private static String header(ConsumerRecord<String, String> message, String name) {
        Header header = message.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private void take(ConsumerRecord<String, String> message) {
        if (!service.equals(header(message, "x-command-target"))) return; // another service's
        if (seen.put(header(message, "ce_id"), true) != null) return;
        boolean observed = !"execute".equals(header(message, "x-command-mode")); // for the record only
        if (!observed) handle(message.value());
        String command = header(message, "x-command-id");
        producer.send(new ProducerRecord<>(ACKNOWLEDGEMENTS, command, String.format(
            "{\"commandId\": \"%s\", \"tenantId\": \"%s\", \"status\": \"%s\", \"service\": \"%s\", \"at\": \"%s\"}",
            command, header(message, "x-tenant-id"), observed ? "ignored" : "completed", service, Instant.now())));
    }

    private void takeAll(ConsumerRecords<String, String> messages) {
        producer.beginTransaction();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (ConsumerRecord<String, String> message : messages) {
            take(message);
            offsets.put(new TopicPartition(message.topic(), message.partition()), new OffsetAndMetadata(message.offset() + 1));
        }
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        producer.commitTransaction(); // throws what ends the program: the next one begins at the last offsets
    }

    void run() {
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            consumer.wakeup();
            try {
                main.join();
            } catch (InterruptedException ignored) {
                // The end comes anyway.
            }
        }));
        try {
            while (true) {
                ConsumerRecords<String, String> messages = consumer.poll(Duration.ofMillis(500));
                if (!messages.isEmpty()) takeAll(messages);
            }
        } catch (WakeupException stopped) {
            // SIGTERM
        } finally {
            producer.close(Duration.ofSeconds(5));
            consumer.close();
        }
    }

    public static void main(String[] arguments) {
        String topic = arguments.length > 1 ? arguments[1] : "commands.primary";
        new CommandConsumer(System.getenv("KAFKA_BROKERS"), arguments[0], topic).run();
    }
}
