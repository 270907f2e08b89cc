package dev.wal.spring.join;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Recognizes transactions of the data source that has the markers. */
final class JoinedDataSource {
    private final DataSource dataSource;

    JoinedDataSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** The data sources with a connection that is bound to the thread. */
    static List<DataSource> bound() {
        List<DataSource> bound = new ArrayList<>(1);
        for (Map.Entry<Object, Object> resource :
                TransactionSynchronizationManager.getResourceMap().entrySet()) {
            if (resource.getKey() instanceof DataSource source && resource.getValue() instanceof ConnectionHolder) {
                bound.add(source);
            }
        }
        return bound;
    }

    /** Why a transaction that has bound these is not one of the data source alone; null if it is. */
    @Nullable
    String refusal(List<DataSource> bound) {
        if (bound.size() == 1 && isSame(bound.get(0))) {
            return null;
        }
        String choice =
                " The log joins transactions of one data source: the only or primary one, or the one that is marked with"
                        + " @WalDataSource.";
        if (bound.isEmpty()) {
            return "The log was written to in a transaction that has no connection of a database bound, and so no place for"
                    + " the marker that decides for both." + choice;
        }
        if (bound.size() > 1) {
            return "The log was written to in a transaction with connections of " + bound.size()
                    + " data sources bound, which may end differently: " + bound + "." + choice;
        }
        return "The log was written to in a transaction of " + bound.get(0)
                + ", which is not the data source that it joins, " + dataSource + "." + choice;
    }

    private boolean isSame(DataSource other) {
        return unwrapped(other) == unwrapped(dataSource);
    }

    private static DataSource unwrapped(DataSource source) {
        DataSource unwrapped = source;
        while (unwrapped instanceof DelegatingDataSource proxy && proxy.getTargetDataSource() != null) {
            unwrapped = proxy.getTargetDataSource();
        }
        return unwrapped;
    }
}
