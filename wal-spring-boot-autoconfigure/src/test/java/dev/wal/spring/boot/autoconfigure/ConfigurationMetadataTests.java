package dev.wal.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.util.unit.DataSize;

/** What an editor knows about the properties. */
class ConfigurationMetadataTests {
    /** Off, or without a limit, unless they are set; each says so. */
    private static final Set<String> WITHOUT_DEFAULT =
            Set.of("wal.max-disk", "wal.checkpoint.interval", "wal.listener.max-lag");

    private ConfigurationMetadata metadata;

    @BeforeEach
    void read() throws Exception {
        metadata = ConfigurationMetadata.read();
    }

    static Stream<ConfigurationMetadata.Property> properties() throws Exception {
        return ConfigurationMetadata.read().properties().stream();
    }

    @ParameterizedTest
    @MethodSource("properties")
    void eachPropertyIsDescribed(ConfigurationMetadata.Property property) {
        assertThat(property.type()).isNotEmpty();
        assertThat(property.description()).isNotEmpty().doesNotStartWith("The ").doesNotStartWith("A ");
        if (WITHOUT_DEFAULT.contains(property.name())) {
            assertThat(property.description()).containsAnyOf("by default", "Off");
        } else {
            assertThat(property.defaultValue())
                    .as("default of " + property.name())
                    .isNotEmpty();
        }
    }

    /** A number would leave open whether milliseconds or seconds, bytes or megabytes are meant. */
    @Test
    void timesAndSizesHaveTypesOfTheirOwn() {
        assertThat(metadata.properties())
                .filteredOn(property -> property.name().matches(".*(wait|interval|timeout|delay)"))
                .isNotEmpty()
                .allSatisfy(property -> assertThat(property.type()).isEqualTo(Duration.class.getName()));
        assertThat(metadata.properties())
                .filteredOn(property ->
                        property.name().matches(".*(segment\\.size|max-size|max-disk|log-size|max-retained|max-lag)"))
                .isNotEmpty()
                .allSatisfy(property -> assertThat(property.type()).isEqualTo(DataSize.class.getName()));
    }

    @ParameterizedTest
    @MethodSource("properties")
    void defaultsAreOfTheirType(ConfigurationMetadata.Property property) throws Exception {
        if (!property.defaultValue().isEmpty()) {
            Class<?> type = Class.forName(property.type());

            assertThat(ApplicationConversionService.getSharedInstance().convert(property.defaultValue(), type))
                    .isInstanceOf(type);
        }
    }

    @Test
    void eachEnumerationOffersItsValues() throws Exception {
        for (ConfigurationMetadata.Property property : metadata.properties()) {
            Class<?> type = Class.forName(property.type());
            if (type.isEnum()) {
                assertThat(hint(property.name()))
                        .as("values that are offered for " + property.name())
                        .containsExactlyInAnyOrderElementsOf(dashed(type));
            }
        }
    }

    @Test
    void hintsAreForPropertiesThatExist() {
        assertThat(metadata.hints())
                .isNotEmpty()
                .extracting(ConfigurationMetadata.Hint::property)
                .isSubsetOf(metadata.names());
    }

    @Test
    void hintsAreValuesThatCanBeSet() throws Exception {
        for (ConfigurationMetadata.Hint hint : metadata.hints()) {
            Class<?> type = Class.forName(metadata.properties().stream()
                    .filter(property -> property.name().equals(hint.property()))
                    .findFirst()
                    .orElseThrow()
                    .type());
            assertThat(hint.values())
                    .allSatisfy(value -> assertThat(ApplicationConversionService.getSharedInstance()
                                    .convert(value, type))
                            .isInstanceOf(type));
        }
    }

    @Test
    void switchesOfTheActuatorAreKnown() {
        assertThat(metadata.names())
                .contains(
                        "management.health.wal.enabled",
                        "management.health.wallisteners.enabled",
                        "management.endpoint.wallisteners.access",
                        "management.endpoint.wal.access",
                        "management.endpoint.walrecovery.access",
                        "management.endpoint.walcheckpoint.access");
    }

    private List<String> hint(String property) {
        return metadata.hints().stream()
                .filter(hint -> hint.property().equals(property))
                .flatMap(hint -> hint.values().stream())
                .toList();
    }

    private static List<String> dashed(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> ConfigurationMetadata.dashed((Enum<?>) constant))
                .toList();
    }
}
