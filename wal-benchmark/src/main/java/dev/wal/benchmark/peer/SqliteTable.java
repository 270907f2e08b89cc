package dev.wal.benchmark.peer;

import dev.wal.benchmark.Contender;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A table of SQLite (public domain; its driver Apache-2.0) with a write-ahead log. One connection under a lock, because it lets one transaction write at a time: with a connection for each thread they
 * sleep for each other.
 */
final class SqliteTable implements Contender.Session {
    private final Work work;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Connection connection;
    private final PreparedStatement insert;

    SqliteTable(Path directory, Work work) throws IOException {
        this.work = work;
        try {
            connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("table.db"));
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("PRAGMA synchronous = " + (work.forced() ? "FULL" : "OFF"));
                statement.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, value BLOB NOT NULL)");
            }
            insert = connection.prepareStatement("INSERT OR REPLACE INTO t (id, value) VALUES (?, ?)");
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            throw new IOException("SQLite did not open", e);
        }
    }

    @Override
    public Contender.Committer committer(int thread) {
        byte[] value = work.value();
        long[] commits = new long[1];
        return () -> {
            try {
                commit(work.firstKey(thread, commits[0]++), value);
            } catch (SQLException e) {
                throw new IOException("SQLite failed", e);
            }
        };
    }

    private void commit(int first, byte[] value) throws SQLException {
        lock.lock();
        try {
            for (int i = 0; i < work.operations(); i++) {
                insert.setInt(1, first + i);
                insert.setBytes(2, value);
                insert.executeUpdate();
            }
            connection.commit();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long forces() {
        return Contender.UNCOUNTED;
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            insert.close();
            connection.close();
        } catch (SQLException e) {
            throw new IOException("SQLite did not close", e);
        } finally {
            lock.unlock();
        }
    }
}
