package dev.wal.spring.boot.autoconfigure;

import dev.wal.WalManager;
import dev.wal.common.EventKeys;
import dev.wal.recovery.RecoveryReport;
import dev.wal.state.StateHolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Recovers the states before anybody has the log, and the log before anybody has a state.
 *
 * <p>States do not inject the log. When the log has been opened, all states are made, and restored in one scan; only then is the log handed to who asked for it. When a state is made first, because somebody
 * injects it who does not care about the log, the log is opened at that moment, so that even a constructor of that somebody sees what was recovered.
 */
final class StateRecovery implements BeanPostProcessor {
    private static final Logger logger = LoggerFactory.getLogger(StateRecovery.class);

    private final ConfigurableListableBeanFactory beanFactory;
    private final Map<String, StateHolder> states = new LinkedHashMap<>();
    private boolean recovering;
    private boolean recovered;

    StateRecovery(ListableBeanFactory beanFactory) {
        this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof StateHolder state && isNamed(beanName)) {
            if (recovered) {
                throw new IllegalStateException(
                        "The state '" + beanName + "' was made after the log had been recovered, so that it"
                                + " would miss what is in it. Declare states as singleton beans, and do not let them depend on the log.");
            }
            states.put(beanName, state);
            if (!recovering && noOtherStateIsBeingMade(beanName)) {
                beanFactory.getBean(WalManager.class);
            }
        } else if (bean instanceof WalManager manager && !recovered) {
            recover(manager);
        }
        return bean;
    }

    private boolean isNamed(String beanName) {
        return beanFactory.containsBeanDefinition(beanName);
    }

    /** A state that needs another one is not ready yet; it asks for the log itself when it is. */
    private boolean noOtherStateIsBeingMade(String beanName) {
        for (String name : stateNames()) {
            if (!name.equals(beanName) && !states.containsKey(name) && beanFactory.isCurrentlyInCreation(name)) {
                return false;
            }
        }
        return true;
    }

    private void recover(WalManager manager) {
        recovering = true;
        try {
            for (String name : stateNames()) {
                if (!states.containsKey(name)) {
                    beanFactory.getBean(name);
                }
            }
            long start = System.nanoTime();
            List<StateHolder> all = new ArrayList<>(states.values());
            long changes = WalOpening.restoreStates(manager, all, beanFactory.getApplicationStartup());
            recovered = true;
            log(manager, all.size(), changes, System.nanoTime() - start);
        } catch (Throwable e) {
            // The context does not know the bean yet, and would not close it.
            manager.close();
            throw e;
        } finally {
            recovering = false;
        }
    }

    private String[] stateNames() {
        return beanFactory.getBeanNamesForType(StateHolder.class, false, false);
    }

    private static void log(WalManager manager, int states, long changes, long replayNanos) {
        RecoveryReport report = manager.recoveryReport();
        Object directory = manager.options().storage().directory();
        if (report.created()) {
            logger.atInfo().addKeyValue(EventKeys.DIRECTORY, directory).log("Write-ahead log {}: created", directory);
        } else {
            long millis = report.duration().toMillis() + TimeUnit.NANOSECONDS.toMillis(replayNanos);
            logger.atInfo()
                    .addKeyValue(EventKeys.DIRECTORY, directory)
                    .addKeyValue(EventKeys.TRANSACTIONS, report.transactions())
                    .addKeyValue(EventKeys.MILLIS, millis)
                    .log(
                            "Write-ahead log {}: recovered {} transactions in {} ms ({} changes into {} states)",
                            directory,
                            report.transactions(),
                            millis,
                            changes,
                            states);
        }
    }
}
