package dev.wal.spring.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalTailer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done about markers and outcomes beside transactions. */
class MarkersTests {
    @TempDir
    Path directory;

    private JoinedApplication application;
    private Markers markers;

    @BeforeEach
    void start() {
        application = JoinedApplication.start(
                directory.resolve("log"), JoinedApplication.newDatabase(), "wal.transaction.join=prepared");
        markers = application.context.getBean(Markers.class);
    }

    @AfterEach
    void stop() {
        application.close();
    }

    @Test
    void listenersGetChangesWhileAQuestionIsStuck() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        application.database.beforeMarker = () -> {
            if (HookedDataSource.isAboutMarkers()) {
                asked.countDown();
                await(answer);
            }
        };
        try (WalTailer tailer = application.log.tail(application.log.status().position())) {
            loseTheAnswer(1);
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(markers.unresolved()).isEqualTo(1);

            application.required().executeWithoutResult(status -> application.log(2));

            List<String> tables = new ArrayList<>();
            CompletableFuture<Boolean> polled = CompletableFuture.supplyAsync(
                    () -> tailer.poll(Duration.ofHours(1), change -> tables.add(change.table())));
            assertThat(polled.get(60, TimeUnit.SECONDS)).isTrue();
            assertThat(tables).containsExactly("t");
        } finally {
            answer.countDown();
        }
        assertDecided(1);
    }

    @Test
    void anErrorWhileTheDatabaseIsAskedEndsNothing() {
        AtomicBoolean thrown = new AtomicBoolean();
        application.database.beforeMarker = () -> {
            if (HookedDataSource.isAboutMarkers() && thrown.compareAndSet(false, true)) {
                throw new LinkageError("of the test");
            }
        };
        loseTheAnswer(1);

        assertDecided(1);
        assertThat(thrown).isTrue();
        assertThat(application.map.get(1L)).isEqualTo("1");
    }

    @Test
    void markersOfEarlierStartsAreFoundBehindThoseThatAreNeeded() {
        application.keepMarkers();
        long logId = application.log.logId();
        Set<Long> live = ConcurrentHashMap.newKeySet();
        List<Object[]> rows = new ArrayList<>();
        for (long id = -1_000_000; rows.size() < MarkerTable.MOST_FOUND; id++) {
            live.add(id);
            rows.add(new Object[] {logId, id});
        }
        rows.add(new Object[] {logId, -1L});
        application.rows.batchUpdate(
                "insert into wal_marker (log_id, transaction_id, outcome) values (?, ?, 'C')", rows);
        MarkerWork work = new MarkerWork(
                application.log, application.context.getBean(MarkerTable.class), live, ConcurrentHashMap.newKeySet());

        work.run(true);
        work.run(true);

        assertThat(application.markers()).isEqualTo(MarkerTable.MOST_FOUND);
        assertThat(application.rows.queryForObject(
                        "select count(*) from wal_marker where transaction_id = -1", Integer.class))
                .isZero();
    }

    private void loseTheAnswer(long id) {
        application.database.afterCommit = () -> {
            application.database.afterCommit = HookedDataSource.Hook.NOTHING;
            throw new SQLException("the answer was lost");
        };
        assertThatThrownBy(() -> application.required().executeWithoutResult(status -> {
                    application.insert(id);
                    application.map.put(id, String.valueOf(id));
                }))
                .isInstanceOf(RuntimeException.class);
    }

    /** Waits until nothing is in doubt: who decides lets go of the lock of the key. */
    private void assertDecided(long id) {
        application.template.execute(status -> application.map.getForUpdate(id));
        assertThat(application.log.inDoubt()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
