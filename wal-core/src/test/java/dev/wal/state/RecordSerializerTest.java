package dev.wal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wal.record.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RecordSerializerTest {
    enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "not the name";
            }
        }
    }

    record Inner(String name, Colour colour) {}

    record Everything(
            boolean flag,
            byte small,
            short medium,
            int number,
            long large,
            float single,
            double wide,
            Boolean boxedFlag,
            Byte boxedSmall,
            Short boxedMedium,
            Integer boxedNumber,
            Long boxedLarge,
            Float boxedSingle,
            Double boxedWide,
            String text,
            BigDecimal amount,
            BigInteger count,
            UUID id,
            Instant instant,
            LocalDate date,
            LocalDateTime dateTime,
            Duration duration,
            Colour colour,
            Inner inner,
            List<Inner> inners,
            List<List<Long>> lists) {}

    record Numbers(byte small, short medium, int number, long large, float single, double wide, String text) {}

    record Positive(long number) {
        Positive {
            if (number <= 0) {
                throw new IllegalArgumentException("not positive");
            }
        }
    }

    private static <R extends Record> R there(Class<R> type, R object) {
        Serializer<R> serializer = Serializers.records(type);
        return serializer.fromValue(serializer.toValue(object));
    }

    @Test
    void everyTypeComesBack() {
        Everything everything = new Everything(
                true,
                (byte) -1,
                (short) 2,
                -3,
                4L,
                5.5f,
                -6.25,
                false,
                Byte.MIN_VALUE,
                Short.MAX_VALUE,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                Float.NaN,
                Double.NEGATIVE_INFINITY,
                "text",
                new BigDecimal("1.50"),
                BigInteger.TEN.pow(40),
                new UUID(1, 2),
                Instant.parse("2026-02-03T04:05:06.123456789Z"),
                LocalDate.of(2026, 2, 3),
                LocalDateTime.of(2026, 2, 3, 4, 5),
                Duration.ofNanos(1_234_567_890_123L),
                Colour.GREEN,
                new Inner("inner", Colour.RED),
                List.of(new Inner("first", Colour.RED), new Inner("second", null)),
                List.of(List.of(), List.of(1L, 2L)));

        assertThat(there(Everything.class, everything)).isEqualTo(everything);
    }

    @Test
    void nullComesBackWhereTheTypeHasIt() {
        Everything nothing = new Everything(
                false, (byte) 0, (short) 0, 0, 0, 0, 0, null, null, null, null, null, null, null, null, null, null,
                null, null, null, null, null, null, null, null, null);

        assertThat(there(Everything.class, nothing)).isEqualTo(nothing);
    }

    @Property
    void numbersAndTextsComeBack(
            @ForAll byte small,
            @ForAll short medium,
            @ForAll int number,
            @ForAll long large,
            @ForAll float single,
            @ForAll double wide,
            @ForAll String text) {
        // What is no character cannot be stored as UTF-8.
        String characters = new String(
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8), java.nio.charset.StandardCharsets.UTF_8);
        Numbers numbers = new Numbers(small, medium, number, large, single, wide, characters);

        assertThat(there(Numbers.class, numbers)).isEqualTo(numbers);
    }

    @Test
    void aListThatComesBackCannotBeChanged() {
        record Names(List<String> names) {}
        List<String> names = new ArrayList<>(List.of("one"));

        Names read = there(Names.class, new Names(names));
        names.add("two");

        assertThat(read.names()).containsExactly("one").isUnmodifiable();
    }

    @Test
    void aTypeThatCannotBeStoredIsRefusedAtOnceByItsName() {
        record WithMap(Map<String, String> map) {}
        record WithArray(byte[] array) {}
        record WithObject(Object object) {}

        for (Class<? extends Record> type : List.of(WithMap.class, WithArray.class, WithObject.class)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Serializers.records(type))
                    .withMessageContaining("Component '")
                    .withMessageContaining(type.getName())
                    .withMessageContaining("cannot be stored");
        }
    }

    @Test
    void bytesOfSomethingElseAreRefused() {
        Serializer<Inner> serializer = Serializers.records(Inner.class);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> serializer.fromValue(Value.of(new byte[] {1, 2, 3})))
                .withMessageContaining("another serializer");
        assertThatIllegalArgumentException().isThrownBy(() -> serializer.fromValue(Value.of("text")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> serializer.fromValue(RowBytes.toValue(List.of(Value.of(1), Value.of("RED")))))
                .withMessageContaining("component 'name'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> serializer.fromValue(RowBytes.toValue(List.of(Value.of("a"), Value.of("BLUE")))))
                .withMessageContaining("no constant BLUE");
    }

    @Test
    void aNumberThatHasBecomeTooLargeForItsComponentIsRefused() {
        Serializer<Numbers> serializer = Serializers.records(Numbers.class);
        Value stored = RowBytes.toValue(List.of(
                Value.of(128), Value.of(0), Value.of(0), Value.of(0), Value.of(0.0), Value.of(0.0), Value.of("")));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> serializer.fromValue(stored))
                .withMessageContaining("component 'small'")
                .withMessageContaining("128");
    }

    @Test
    void whatTheConstructorRefusesIsNotRead() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Serializers.records(Positive.class).fromValue(RowBytes.toValue(List.of(Value.of(0)))))
                .withMessageContaining("not positive");
    }

    @Test
    void aListWithANullElementIsRefused() {
        record Names(List<String> names) {}
        List<String> names = new ArrayList<>();
        names.add(null);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Serializers.records(Names.class).toValue(new Names(names)))
                .withMessageContaining("null element");
    }
}
