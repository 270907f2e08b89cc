package dev.wal.spring.modulith.crash;

import dev.wal.spring.modulith.shop.orders.OrderPlaced;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.modulith.events.core.EventPublicationRepository;
import org.springframework.modulith.events.core.TargetEventPublication;

/** Stands between the registry of Spring Modulith and the repository: stops before or after a step, and notes what was completed. */
final class RepositoryProbe implements BeanPostProcessor {
    private final Map<UUID, Long> orders = new ConcurrentHashMap<>();
    private final Semaphore completions = new Semaphore(0);
    private final Journal journal;
    private final StopPoint stopPoint;

    RepositoryProbe(Journal journal, StopPoint stopPoint) {
        this.journal = journal;
        this.stopPoint = stopPoint;
    }

    /** One permit for each publication that was completed in this life. */
    Semaphore completions() {
        return completions;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        return bean instanceof EventPublicationRepository repository
                ? Proxy.newProxyInstance(
                        RepositoryProbe.class.getClassLoader(),
                        new Class<?>[] {EventPublicationRepository.class},
                        (proxy, method, arguments) -> invoke(repository, method, arguments))
                : bean;
    }

    private Object invoke(EventPublicationRepository repository, Method method, Object[] arguments) throws Throwable {
        Long order = arguments == null ? null : order(arguments[0]);
        if (order == null) {
            return remember(call(repository, method, arguments));
        }
        stopPoint.reached("before-" + method.getName(), order);
        Object result = call(repository, method, arguments);
        if (method.getName().equals("markCompleted")) {
            journal.write("completed", order);
            completions.release();
        }
        stopPoint.reached("after-" + method.getName(), order);
        return result;
    }

    private static Object call(EventPublicationRepository repository, Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(repository, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Long order(Object argument) {
        if (argument instanceof TargetEventPublication publication) {
            remember(publication);
            return orders.get(publication.getIdentifier());
        }
        return argument instanceof UUID id ? orders.get(id) : null;
    }

    private Object remember(Object result) {
        if (result instanceof Collection<?> publications) {
            publications.forEach(this::remember);
        } else if (result instanceof TargetEventPublication publication) {
            orders.put(publication.getIdentifier(), ((OrderPlaced) publication.getEvent()).order());
        }
        return result;
    }
}
