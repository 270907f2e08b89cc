package dev.wal.it.join;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Tells what is done with markers, and when a transaction that has inserted one is committed. */
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
        private boolean marked;

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
            if (!marked) {
                return call.make();
            }
            marked = false;
            watch.databaseCommits();
            Object result = call.make();
            watch.databaseCommitted();
            return result;
        }

        private Object execute(String sql, Watched.Call execution) throws Throwable {
            String text = sql.strip().toLowerCase(Locale.ROOT);
            if (!execution.name().startsWith("execute") || !text.contains("wal_marker")) {
                return execution.make();
            }
            if (text.startsWith("insert")) {
                watch.markerInserts();
                try {
                    return execution.make();
                } finally {
                    marked = true;
                    watch.markerInserted();
                }
            }
            if (text.startsWith("delete")) {
                watch.markersDelete();
                Object result = execution.make();
                watch.markersDeleted();
                return result;
            }
            return execution.make();
        }
    }
}
