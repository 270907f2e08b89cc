package dev.wal.spring.modulith;

import dev.wal.WalManager;
import dev.wal.WalOptions;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.transaction.BoundTransactions;
import dev.wal.spring.transaction.WalTransactionManager;
import dev.wal.state.WalStates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.modulith.events.core.EventSerializer;
import org.springframework.modulith.events.support.CompletionMode;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** A repository on a log of its own, without a Spring context. */
final class Publications implements AutoCloseable {
    final WalManager log;
    final WalTransactionManager transactionManager;
    final TransactionTemplate transactions;
    final PublicationMaps maps;
    final WalEventPublicationRepository repository;

    private Publications(Path directory, CompletionMode mode, ClassLoader classLoader) {
        log = WalManager.open(
                WalOptions.builder(directory).segmentSize(256 * 1024).build());
        BoundTransactions context = new BoundTransactions(() -> log);
        DurableMaps factory = new DurableMaps(context, Duration.ofSeconds(30), true);
        maps = new PublicationMaps(
                PublicationMaps.events(factory),
                PublicationMaps.incomplete(factory),
                PublicationMaps.completed(factory));
        WalStates.attach(log, List.of(maps.events(), maps.incomplete(), maps.completed()));
        transactionManager = new WalTransactionManager(log);
        transactions = new TransactionTemplate(transactionManager);
        repository = new WalEventPublicationRepository(
                maps,
                new PublicationTransactions(transactionManager),
                context,
                new EventTypes(new JsonSerializer(), classLoader),
                mode);
    }

    static Publications open(Path directory, CompletionMode mode) {
        return new Publications(directory, mode, Publications.class.getClassLoader());
    }

    /** Does not know the classes of the events. */
    static Publications openWithoutEventClasses(Path directory) {
        return new Publications(directory, CompletionMode.UPDATE, ClassLoader.getPlatformClassLoader());
    }

    @Override
    public void close() {
        log.close();
    }

    private static final class JsonSerializer implements EventSerializer {
        private static final JsonMapper MAPPER = JsonMapper.builder().build();

        @Override
        public Object serialize(Object event) {
            return MAPPER.writeValueAsString(event);
        }

        @Override
        public <T> T deserialize(Object serialized, Class<T> type) {
            return MAPPER.readValue(serialized.toString(), type);
        }
    }
}
