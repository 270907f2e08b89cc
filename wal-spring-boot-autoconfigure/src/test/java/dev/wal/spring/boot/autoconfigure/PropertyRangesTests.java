package dev.wal.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

/** Each property that is a number, with the least and the greatest value that its type has. */
class PropertyRangesTests {
    private record Extremes(String negative, String greatest) {}

    private static final Map<String, Extremes> EXTREMES = Map.of(
            Integer.class.getName(), new Extremes("-1", String.valueOf(Integer.MAX_VALUE)),
            Double.class.getName(), new Extremes("-1", String.valueOf(Double.MAX_VALUE)),
            Duration.class.getName(),
                    new Extremes(
                            "-1ms",
                            Duration.ofSeconds(Long.MAX_VALUE)
                                    .plusNanos(999_999_999)
                                    .toString()),
            DataSize.class.getName(), new Extremes("-1B", Long.MAX_VALUE + "B"));

    @TempDir
    Path directory;

    static Stream<ConfigurationMetadata.Property> numbers() throws Exception {
        return ConfigurationMetadata.read().properties().stream()
                .filter(property -> EXTREMES.containsKey(property.type()));
    }

    private void run(String property, String value, Consequence consequence) {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(WalAutoConfiguration.class, WalListenerAutoConfiguration.class))
                .withPropertyValues(
                        "wal.directory=" + directory.resolve("log"),
                        "wal.segment.size=64KB",
                        "wal.durability.level=periodic",
                        property + "=" + value)
                .run(context -> consequence.check(context.getStartupFailure()));
    }

    private static void assertNamed(Throwable failure, String property) {
        assertThat(failure)
                .rootCause()
                .isInstanceOfSatisfying(
                        InvalidConfigurationPropertyValueException.class,
                        invalid -> assertThat(invalid.getName()).isEqualTo(property));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void whatIsNegativeIsRefusedAndNamed(ConfigurationMetadata.Property property) {
        run(property.name(), EXTREMES.get(property.type()).negative(), failure -> {
            assertNamed(failure, property.name());
            assertThat(directory.resolve("log")).doesNotExist();
        });
    }

    /** The engine, which knows no properties, refuses nothing that was let through. */
    @ParameterizedTest
    @MethodSource("numbers")
    void theGreatestValueIsTakenOrRefusedAndNamed(ConfigurationMetadata.Property property) {
        run(property.name(), EXTREMES.get(property.type()).greatest(), failure -> {
            if (failure != null) {
                assertNamed(failure, property.name());
                assertThat(directory.resolve("log")).doesNotExist();
            }
        });
    }

    @Test
    void allPropertiesThatAreNumbersAreKnownToBe() throws Exception {
        assertThat(numbers()).hasSizeGreaterThan(15);
    }

    private interface Consequence {
        void check(Throwable failure);
    }
}
