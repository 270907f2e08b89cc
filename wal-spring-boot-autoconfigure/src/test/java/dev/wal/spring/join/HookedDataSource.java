package dev.wal.spring.join;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A data source of which a test decides what happens around a commit of the application, and whether it can be reached. */
final class HookedDataSource extends DelegatingDataSource {

    /** What happens at a moment. */
    interface Hook {
        void run() throws SQLException;

        Hook NOTHING = () -> {};
    }

    volatile Hook beforeCommit = Hook.NOTHING;
    volatile Hook afterCommit = Hook.NOTHING;
    volatile Hook beforeConnection = Hook.NOTHING;

    /** What happens before a marker is written. */
    volatile Hook beforeMarker = Hook.NOTHING;

    HookedDataSource(DataSource target) {
        super(target);
    }

    /** Whether it is not the application that calls, but what is done about markers in the background. */
    static boolean isAboutMarkers() {
        return Thread.currentThread().getName().equals("wal-markers");
    }

    @Override
    public Connection getConnection() throws SQLException {
        beforeConnection.run();
        Connection connection = super.getConnection();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    boolean commit = method.getName().equals("commit") && !isAboutMarkers();
                    if (commit) {
                        beforeCommit.run();
                    } else if (method.getName().equals("prepareStatement")
                            && arguments[0].toString().startsWith("insert into " + MarkerTable.NAME)) {
                        beforeMarker.run();
                    }
                    try {
                        Object result = method.invoke(connection, arguments);
                        if (commit) {
                            afterCommit.run();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
