package dev.wal.it.join;

import java.io.IOException;
import org.springframework.jdbc.core.JdbcTemplate;

/** A server of a database that can be killed, and started again with the same data at the same address. It forces what it commits. */
interface CrashingDatabase extends AutoCloseable {

    void kill() throws IOException, InterruptedException;

    /** Starts it again after it was killed. */
    void restart() throws IOException;

    String url();

    String user();

    /** How it is told to look at a unique key only when a transaction commits, or nothing if it cannot. */
    String deferred();

    JdbcTemplate sql();

    @Override
    void close();
}
