package dev.wal.it.join;

import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Puts the watch around the data source of the application. */
final class WatchedDataSources implements BeanPostProcessor {
    private final StepWatch watch;

    WatchedDataSources(StepWatch watch) {
        this.watch = watch;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof DataSource source ? new WatchedDataSource(source, watch) : bean;
    }
}
