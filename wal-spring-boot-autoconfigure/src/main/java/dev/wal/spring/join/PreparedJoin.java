package dev.wal.spring.join;

import dev.wal.TransactionOptions;
import dev.wal.WalManager;
import dev.wal.WalTransaction;
import dev.wal.common.Durability;
import dev.wal.spring.transaction.JoinProtocol;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * One outcome for the database and the log. Before the database commits, the log is prepared and forced, and a marker of it is written to the database, in the same transaction. From then on the database decides: the log commits if the
 * marker is there.
 *
 * <p>What the log says of the outcome is not forced, because the marker says the same. It is once markers are cleared away.
 */
public final class PreparedJoin implements JoinProtocol {
    private static final Logger logger = LoggerFactory.getLogger(PreparedJoin.class);

    /** The promise is forced at every level; the outcome need not be. */
    private static final TransactionOptions OPTIONS =
            TransactionOptions.defaults().withDurability(Durability.noSync());

    private final Supplier<WalManager> walManager;
    private final MarkerTable table;
    private final JoinedDataSource dataSource;
    private final Supplier<Markers> markers;

    /** @param walManager asked at the first use, as {@code markers} is */
    public PreparedJoin(Supplier<WalManager> walManager, MarkerTable table, Supplier<Markers> markers) {
        this.walManager = walManager;
        this.table = table;
        this.dataSource = new JoinedDataSource(table.dataSource());
        this.markers = markers;
    }

    @Override
    public Participant begun() {
        return new OfTransaction(JoinedDataSource.bound());
    }

    private enum Step {
        NONE,
        PREPARED,
        /** From here on the database may have committed. */
        MARKED
    }

    private final class OfTransaction implements Participant {
        private final List<DataSource> bound;
        private Step step = Step.NONE;

        private OfTransaction(List<DataSource> bound) {
            this.bound = bound;
        }

        @Override
        public @Nullable String refusal() {
            return dataSource.refusal(bound);
        }

        @Override
        public TransactionOptions options() {
            return OPTIONS;
        }

        @Override
        public boolean endsBeforeCommit() {
            return true;
        }

        @Override
        public void beforeCommit(WalTransaction transaction) {
            if (transaction.operations() == 0) {
                return;
            }
            transaction.prepare();
            step = Step.PREPARED;
            markers.get().add(transaction.id());
            table.markCommitted(bound.get(0), walManager.get().logId(), transaction.id());
            step = Step.MARKED;
        }

        @Override
        public void committed(WalTransaction transaction) {
            try {
                transaction.commit();
                if (step == Step.MARKED) {
                    markers.get().decided(transaction.id());
                }
            } catch (RuntimeException | Error e) {
                // Whatever it is, others must be told of the commit, which what is thrown here would prevent.
                if (step == Step.NONE) {
                    logger.error("Transaction {} has written nothing, and could not be ended", transaction.id(), e);
                    transaction.close();
                    return;
                }
                // The outcome stands: the transaction is prepared, and its marker is in the database.
                logger.error(
                        "Transaction {} has committed in the database, but that could not be written to the log. It will be"
                                + " there after a restart at the latest",
                        transaction.id(),
                        e);
                leaveInDoubt(transaction);
            }
        }

        /** Cannot come: nothing is taken after the promise. The promise holds. */
        @Override
        public void committedAlone(WalTransaction transaction) {
            committed(transaction);
        }

        @Override
        public void notCommitted(WalTransaction transaction, int status) {
            if (step == Step.MARKED) {
                // Spring says what it believes; the database knows.
                leaveInDoubt(transaction);
                return;
            }
            rollBackDatabase();
            transaction.rollback();
            if (step == Step.PREPARED) {
                // If the log has refused the rollback.
                if (MarkerWork.isInDoubt(walManager.get(), transaction.id())) {
                    leaveInDoubt(transaction);
                } else {
                    markers.get().decided(transaction.id());
                }
            }
        }

        private void leaveInDoubt(WalTransaction transaction) {
            try {
                transaction.close();
            } finally {
                markers.get().inDoubt(transaction.id());
            }
        }

        /**
         * Nothing of the log will be committed, so nothing of the database may: a transaction exception from a callback before the commit has Spring neither commit nor roll back, and give the connection back in a state
         * in which some drivers commit.
         */
        private void rollBackDatabase() {
            if (!bound.isEmpty()
                    && TransactionSynchronizationManager.getResource(bound.get(0)) instanceof ConnectionHolder holder) {
                try {
                    Connection connection = holder.getConnection();
                    if (!connection.getAutoCommit()) {
                        connection.rollback();
                    }
                } catch (SQLException | RuntimeException e) {
                    logger.debug("The connection could not be rolled back once more", e);
                }
            }
        }
    }
}
