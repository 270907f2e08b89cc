package dev.wal.spring.modulith;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.modulith.events.core.EventPublicationRepository;

/**
 * Refuses to start beside a repository of Spring Modulith's own modules: which of the two keeps the publications would depend on the order of configurations. A repository that the application
 * declares itself is what it wants.
 */
final class RepositoryCheck implements BeanFactoryPostProcessor {
    private static final String MODULITH = "org.springframework.modulith.";
    private static final String OWN = WalEventPublicationAutoConfiguration.Repository.class.getName();

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
        List<String> others = new ArrayList<>();
        for (String name : beanFactory.getBeanNamesForType(EventPublicationRepository.class, true, false)) {
            String declaredBy = declaredBy(beanFactory, name);
            if (declaredBy != null && declaredBy.startsWith(MODULITH)) {
                others.add("'" + name + "' of " + declaredBy);
            } else if (!OWN.equals(declaredBy)) {
                return;
            }
        }
        if (!others.isEmpty()) {
            throw new IllegalStateException(
                    "Event publications can be kept in one place only, but beside the write-ahead log there is "
                            + String.join(" and ", others)
                            + ". Remove wal-spring-modulith or the other module from the dependencies, or exclude one of the two"
                            + " with spring.autoconfigure.exclude (the log's is "
                            + WalEventPublicationAutoConfiguration.class.getName() + ").");
        }
    }

    private static @Nullable String declaredBy(ConfigurableListableBeanFactory beanFactory, String name) {
        if (!beanFactory.containsBeanDefinition(name)) {
            return null;
        }
        BeanDefinition definition = beanFactory.getBeanDefinition(name);
        if (definition instanceof AnnotatedBeanDefinition annotated && annotated.getFactoryMethodMetadata() != null) {
            return annotated.getFactoryMethodMetadata().getDeclaringClassName();
        }
        return definition.getBeanClassName();
    }
}
