package dev.wal.it.join;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Tells what is done with markers, and when payments are committed. */
final class WatchedDataSource extends DelegatingDataSource {
    private final StepWatch watch;

    WatchedDataSource(DataSource target, StepWatch watch) {
        super(target);
        this.watch = watch;
    }

    @Override
    public Connection getConnection() throws SQLException {
        watch.connectionTaken();
        return Watched.watch(Connection.class, super.getConnection(), new OneConnection(watch));
    }

    /** For the thread that has the connection. */
    private static final class OneConnection implements Watched.Around {
        private final StepWatch watch;
        private boolean pays;

        OneConnection(StepWatch watch) {
            this.watch = watch;
        }

        @Override
        public Object make(Watched.Call call) throws Throwable {
            switch (call.name()) {
                case "commit" -> {
                    return commit(call);
                }
                case "prepareStatement" -> {
                    String sql = (String) call.arguments()[0];
                    return Watched.watch(
                            PreparedStatement.class,
                            (PreparedStatement) call.make(),
                            execution -> execute(sql, execution));
                }
                case "createStatement" -> {
                    return Watched.watch(
                            Statement.class,
                            (Statement) call.make(),
                            execution -> execute(firstArgument(execution), execution));
                }
                default -> {
                    return call.make();
                }
            }
        }

        private static String firstArgument(Watched.Call execution) {
            return execution.arguments() == null || execution.arguments().length == 0
                    ? ""
                    : String.valueOf(execution.arguments()[0]);
        }

        private Object commit(Watched.Call call) throws Throwable {
            if (!pays) {
                return call.make();
            }
            pays = false;
            watch.databaseCommits();
            Object result = call.make();
            watch.databaseCommitted();
            return result;
        }

        private Object execute(String sql, Watched.Call execution) throws Throwable {
            String text = sql.strip().toLowerCase(Locale.ROOT);
            if (!execution.name().startsWith("execute")) {
                return execution.make();
            }
            if (text.startsWith("insert into payment")) {
                Object inserted = execution.make();
                pays |= !Integer.valueOf(0).equals(inserted);
                return inserted;
            } else if (text.startsWith("insert into wal_marker")) {
                watch.markerInserts();
                try {
                    return execution.make();
                } finally {
                    watch.markerInserted();
                }
            } else if (text.startsWith("delete from wal_marker")) {
                watch.markersDelete();
                Object result = execution.make();
                watch.markersDeleted();
                return result;
            }
            return execution.make();
        }
    }
}
