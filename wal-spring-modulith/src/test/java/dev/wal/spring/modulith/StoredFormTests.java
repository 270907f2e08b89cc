package dev.wal.spring.modulith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.record.Value;
import dev.wal.state.Serializer;
import dev.wal.state.Serializers;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.events.core.EventSerializer;

/** What becomes of publications in the log. */
class StoredFormTests {
    private static final Instant DATE = Instant.parse("2026-01-01T00:00:00.123456789Z");

    /** Logs of earlier versions must stay readable: when this fails, the maps need a schema version and an upcaster. */
    @Test
    void theFormInWhichPublicationsAreStoredStaysTheSame() {
        Serializer<StoredEvent> events = Serializers.records(StoredEvent.class);
        Serializer<Progress> progress = Serializers.records(Progress.class);

        assertThat(hex(events.toValue(new StoredEvent("l", "t", "e", DATE))))
                .isEqualTo(
                        "0400000004010000006c040100000074040100000065041e000000323032362d30312d30315430303a30303a30302e3132333435363738395a");
        assertThat(hex(progress.toValue(new Progress("FAILED", 7, 2, DATE, null))))
                .isEqualTo(
                        "0500000004060000004641494c4544020700000000000000020200000000000000041e000000323032362d30312d30315430303a30303a30302e3132333435363738395a00");
    }

    private static String hex(Value value) {
        return HexFormat.of().formatHex(((Value.Bytes) value).value());
    }

    @Test
    void anEventThatIsNotSerializedToTextIsRefused() {
        EventTypes bytes = new EventTypes(new BytesSerializer(), null);

        assertThatThrownBy(() -> bytes.serialize("event"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(BytesSerializer.class.getName())
                .hasMessageContaining("String");
    }

    private static final class BytesSerializer implements EventSerializer {
        @Override
        public Object serialize(Object event) {
            return new byte[1];
        }

        @Override
        public <T> T deserialize(Object serialized, Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }
}
