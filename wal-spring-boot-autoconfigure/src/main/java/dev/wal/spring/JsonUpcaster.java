package dev.wal.spring;

import dev.wal.record.Value;
import dev.wal.state.Upcaster;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes the JSON that an earlier version of a class was stored as into that of the next one:
 *
 * <pre>{@code
 * maps.builder("accounts", Long.class, Account.class)
 *         .schemaVersion(2)
 *         .upcaster(1, new JsonUpcaster(account -> account.put("currency", "EUR")))
 *         .build();
 * }</pre>
 */
public final class JsonUpcaster implements Upcaster {
    /** Of trees alone, so that it remembers no class of the application. */
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final UnaryOperator<ObjectNode> upcaster;

    /** @param upcaster may change what it gets */
    public JsonUpcaster(UnaryOperator<ObjectNode> upcaster) {
        this.upcaster = upcaster;
    }

    /** @throws IllegalArgumentException if what is stored is not a JSON object */
    @Override
    public Value upcast(Value earlier) {
        JsonNode stored = MAPPER.readTree(((Value.Bytes) earlier).value());
        if (!(stored instanceof ObjectNode object)) {
            throw new IllegalArgumentException(
                    "A JSON object was expected, but the stored value is " + stored.getNodeType());
        }
        return new Value.Bytes(MAPPER.writeValueAsBytes(upcaster.apply(object)));
    }
}
