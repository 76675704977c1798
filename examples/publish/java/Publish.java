// Publishes files: one event per file, which says where the file is. The pipeline fetches it from there.
//
//   mvn dependency:copy-dependencies -DoutputDirectory=lib        (pom.xml beside this file)
//   KAFKA_BROKERS=localhost:9092 REGISTRY_URL=http://localhost:8081/apis/ccompat/v7 java -cp 'lib/*' Publish.java FILE…

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

public final class Publish {
  private static final String TOPIC = "archive.documents";
  private static final String SUBJECT = "document-event";
  private static final String TENANT = setting("TENANT", "default");
  private static final String BROKERS = setting("KAFKA_BROKERS", "localhost:9092");
  private static final String REGISTRY =
      setting("REGISTRY_URL", "http://localhost:8081/apis/ccompat/v7");
  private static final UUID NAMESPACE = UUID.fromString("0d9b1f0a-6c1e-4d0e-9d0c-5b6d3a7f2e41");

  private record Registered(int id, Schema schema) {}

  public static void main(String[] paths) throws Exception {
    Registered registered = latestSchema();
    Properties settings = new Properties();
    settings.put("bootstrap.servers", BROKERS);
    settings.put("client.id", "my-archiver");
    settings.put("enable.idempotence", "true");
    settings.put("acks", "all");
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (String path : paths) {
        GenericRecord event = eventOf(registered.schema(), Path.of(path));
        String key = event.get("documentId").toString();
        sent.add(producer.send(new ProducerRecord<>(TOPIC, key, encode(registered, event))));
        System.out.println(key + " " + event.get("uri"));
      }
      for (Future<RecordMetadata> each : sent) each.get();
    }
  }

  private static GenericRecord eventOf(Schema schema, Path path) throws Exception {
    String uri = uriOf(path);
    long modifiedAt = Files.getLastModifiedTime(path).toMillis();
    Schema producedBy = schema.getField("producedBy").schema();
    Schema revisionKind = schema.getField("revisionKind").schema();
    return new GenericRecordBuilder(schema)
        .set("tenantId", TENANT)
        .set("documentId", documentIdOf(uri))
        // A higher revision replaces a lower one. Where your source counts versions, take those, and the kind VERSION.
        .set("revision", Math.max(0, modifiedAt))
        .set("revisionKind", new GenericData.EnumSymbol(revisionKind, "MODIFIED_TIME"))
        .set("archivedAt", modifiedAt)
        .set("ingestedAt", System.currentTimeMillis())
        .set(
            "producedBy",
            new GenericRecordBuilder(producedBy)
                .set("stage", "my-archiver")
                .set("stageVersion", 1)
                .set("codeVersion", "1.0.0")
                .set("configHash", "")
                .build())
        // The operation ERASE removes the document and everything that was made of it; ARCHIVE is the default.
        .set("uri", uri)
        .set("name", path.getFileName().toString())
        .set("bytes", Files.size(path))
        // Tells whether anything has changed, and that what is fetched is what was meant.
        .set("sha256", sha256Of(path))
        .set("modifiedAt", modifiedAt)
        .set("attributes", Map.of())
        .build();
  }

  /** Written as `archive-streams publish` writes it; `Path.toUri` leaves other characters as they are. */
  private static String uriOf(Path path) {
    String absolute = path.toAbsolutePath().normalize().toString().replace(File.separatorChar, '/');
    String encoded = URLEncoder.encode(absolute, StandardCharsets.UTF_8).replace("+", "%20");
    for (String kept : List.of("/", ":", "!", "'", "(", ")", "~"))
      encoded = encoded.replace(URLEncoder.encode(kept, StandardCharsets.UTF_8), kept);
    return "file://" + (encoded.startsWith("/") ? "" : "/") + encoded;
  }

  private static String sha256Of(Path path) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path));
    return HexFormat.of().formatHex(hash);
  }

  /** A UUIDv5 of tenant and URI: the same document has the same id, whoever publishes it. */
  private static String documentIdOf(String uri) throws Exception {
    ByteBuffer namespace = ByteBuffer.allocate(16);
    namespace.putLong(NAMESPACE.getMostSignificantBits());
    namespace.putLong(NAMESPACE.getLeastSignificantBits());
    MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
    sha1.update(namespace.array());
    byte[] hash = sha1.digest((TENANT + "\n" + uri).getBytes(StandardCharsets.UTF_8));
    hash[6] = (byte) (hash[6] & 0x0f | 0x50);
    hash[8] = (byte) (hash[8] & 0x3f | 0x80);
    ByteBuffer bytes = ByteBuffer.wrap(hash);
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }

  /** The schema is registered by `archive-streams topics apply`, never by a producer. */
  private static Registered latestSchema() throws Exception {
    URI latest = URI.create(REGISTRY + "/subjects/" + SUBJECT + "/versions/latest");
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(latest).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) throw new IOException(latest + ": HTTP " + answer.statusCode());
    JsonNode found = new ObjectMapper().readTree(answer.body());
    Schema schema = new Schema.Parser().parse(found.get("schema").asText());
    return new Registered(found.get("id").asInt(), schema);
  }

  /** Confluent's wire format: a zero, the id of the schema as four bytes, the Avro record. */
  private static byte[] encode(Registered registered, GenericRecord event) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream head = new DataOutputStream(bytes);
    head.writeByte(0);
    head.writeInt(registered.id());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(registered.schema()).write(event, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static String setting(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }
}
