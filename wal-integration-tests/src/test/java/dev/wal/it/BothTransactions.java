package dev.wal.it;

import dev.wal.spring.transaction.WalTransactional;
import java.util.concurrent.Callable;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Runs actions in transactions of either kind, by the annotations that applications use. */
class BothTransactions {

    @Transactional
    public <T> T plain(Callable<T> action) throws Exception {
        return action.call();
    }

    @WalTransactional
    public <T> T ofTheLog(Callable<T> action) throws Exception {
        return action.call();
    }

    @Transactional(propagation = Propagation.NESTED)
    public <T> T nested(Callable<T> action) throws Exception {
        return action.call();
    }
}
