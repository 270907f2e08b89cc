package dev.wal.spring.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the annotation processor wrote about the properties of this module, for editors to read. */
final class ConfigurationMetadata {
    private final JsonNode metadata;

    private ConfigurationMetadata(JsonNode metadata) {
        this.metadata = metadata;
    }

    static ConfigurationMetadata read() throws IOException, URISyntaxException {
        Path classes = Path.of(WalProperties.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (InputStream json =
                Files.newInputStream(classes.resolve("META-INF").resolve("spring-configuration-metadata.json"))) {
            return new ConfigurationMetadata(JsonMapper.shared().readTree(json));
        }
    }

    /** Those that the log itself reads, by name. */
    List<Property> properties() {
        return all("properties")
                .filter(node -> node.get("name").asString().startsWith("wal."))
                .map(Property::of)
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }

    List<Hint> hints() {
        return all("hints")
                .map(node -> new Hint(
                        node.get("name").asString(),
                        node.get("values")
                                .valueStream()
                                .map(value -> value.get("value").asString())
                                .toList()))
                .toList();
    }

    List<String> names() {
        return all("properties").map(node -> node.get("name").asString()).toList();
    }

    private Stream<JsonNode> all(String kind) {
        return metadata.get(kind).valueStream();
    }

    /** A property; what is missing is empty. */
    record Property(String name, String type, String description, String defaultValue) {
        private static Property of(JsonNode node) {
            return new Property(
                    node.get("name").asString(),
                    text(node, "type"),
                    text(node, "description"),
                    text(node, "defaultValue"));
        }

        private static String text(JsonNode node, String field) {
            JsonNode value = node.get(field);
            return value == null ? "" : value.asString();
        }

        /** Name of the type without its package, or the values of an enumeration as they are written in a file. */
        String shortType() throws ClassNotFoundException {
            Class<?> loaded = Class.forName(type);
            if (!loaded.isEnum()) {
                return loaded.getSimpleName();
            }
            return Arrays.stream(loaded.getEnumConstants())
                    .map(constant -> "`" + dashed((Enum<?>) constant) + "`")
                    .collect(Collectors.joining(", "));
        }
    }

    /** A constant as it is written in a file. */
    static String dashed(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Values that an editor offers for a property. */
    record Hint(String property, List<String> values) {}
}
