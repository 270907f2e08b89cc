package dev.wal.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wal.WalManager;
import dev.wal.record.Row;
import dev.wal.spring.DurableMaps;
import dev.wal.spring.WalTemplate;
import dev.wal.spring.transaction.WalTransactionManager;
import dev.wal.spring.transaction.WalTransactional;
import dev.wal.state.DurableMap;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import zz.ThirdPartyTransactionAutoConfiguration.ThirdPartyTransactionManager;
import zz.UnorderedTransactionAutoConfiguration;

/** Which transaction manager {@code @Transactional} gets beside each neighbour, with the real auto-configurations. */
class TransactionWiringTests {
    @TempDir
    Path directory;

    private ApplicationContextRunner withoutLog;
    private ApplicationContextRunner runner;

    @BeforeEach
    void runners() {
        withoutLog = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        TransactionAutoConfiguration.class, TransactionManagerCustomizationAutoConfiguration.class))
                .withUserConfiguration(Services.class);
        runner = withoutLog
                .withConfiguration(
                        AutoConfigurations.of(WalAutoConfiguration.class, WalTransactionAutoConfiguration.class))
                .withPropertyValues("wal.directory=" + directory, "wal.segment.size=64KB")
                .withUserConfiguration(Maps.class);
    }

    @ParameterizedTest
    @EnumSource
    void plainTransactionalIsOfTheNeighbour(Neighbour neighbour) {
        neighbour.beside(runner).run(context -> {
            if (neighbour != Neighbour.CONFIGURER_OF_THE_USER) {
                assertThat(context.getBean(PlatformTransactionManager.class)).isExactlyInstanceOf(neighbour.manager());
            }
            if (neighbour.canOpenTransactions()) {
                context.getBean(Service.class).plain(() -> {
                    assertThat(boundToLog(context)).isEqualTo(neighbour.leavesTransactionsToTheLog());
                    assertThat(neighbour.isBound(context)).isTrue();
                });
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void walTransactionalIsOfTheLogBesideEveryNeighbour(Neighbour neighbour) {
        neighbour.beside(runner).run(context -> {
            Service service = context.getBean(Service.class);
            service.ofTheLog(() -> assertThat(boundToLog(context)).isTrue());
            service.qualified(() -> assertThat(boundToLog(context)).isTrue());
            service.named(() -> assertThat(boundToLog(context)).isTrue());
            context.getBean(WalTemplate.class).execute(status -> {
                assertThat(boundToLog(context)).isTrue();
                return null;
            });
        });
    }

    /** A configurer is asked by the annotation alone; a template gets the only manager that is left, as it would without the log. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CONFIGURER_OF_THE_USER")
    void theTransactionTemplateOfBootIsThereAndIsOfTheNeighbour(Neighbour neighbour) {
        neighbour
                .beside(runner)
                .run(context -> assertThat(
                                context.getBean(TransactionTemplate.class).getTransactionManager())
                        .isExactlyInstanceOf(neighbour.manager()));
    }

    @ParameterizedTest
    @EnumSource
    void nothingStepsBackBecauseOfTheLog(Neighbour neighbour) {
        Set<String> before = new TreeSet<>();
        neighbour.beside(withoutLog).run(context -> {
            assertThat(context).hasNotFailed();
            before.addAll(Arrays.asList(context.getBeanDefinitionNames()));
        });

        neighbour.beside(runner).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBeanDefinitionNames()).contains(before.toArray(String[]::new));
        });
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NOBODY", "KAFKA_WITHOUT_TRANSACTIONS", "TWO_DATA_SOURCES_WITHOUT_MANAGERS"})
    void aWriteInsideATransactionOfTheNeighbourAloneFailsAndNamesTheChoices(Neighbour neighbour) {
        neighbour.beside(runner).run(context -> {
            if (neighbour.canOpenTransactions()) {
                assertRefused(context, () -> context.getBean(WalTemplate.class).insert("t", 1, Row.of()));
                assertRefused(context, () -> map(context).put(1L, "one"));
                assertRefused(context, () -> map(context).getForUpdate(1L));
            }
            assertThat(context.getBean(WalManager.class).recover().values()).allMatch(records -> records.isEmpty());
        });
    }

    private static void assertRefused(ApplicationContext context, Runnable write) {
        assertThatThrownBy(() -> context.getBean(Service.class).plain(write))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("not one of the log")
                .hasMessageContaining("@Transactional")
                .hasMessageContaining("@WalTransactional")
                .hasMessageContaining("walTemplate.execute");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOBODY")
    void readsAreAllowedInsideATransactionOfTheNeighbour(Neighbour neighbour) {
        neighbour.beside(runner).run(context -> {
            context.getBean(Service.class).ofTheLog(() -> map(context).put(1L, "one"));
            if (neighbour.canOpenTransactions()) {
                context.getBean(Service.class)
                        .plain(() -> assertThat(map(context).get(1L)).isEqualTo("one"));
            }
        });
    }

    @Test
    void whereTwoOthersAreEqualTheLogDoesNotMakeAChoiceForThem() {
        runner.withUserConfiguration(TwoEqualManagers.class).run(context -> {
            assertThatThrownBy(() -> context.getBean(Service.class).plain(() -> {}))
                    .isInstanceOf(NoUniqueBeanDefinitionException.class);
            context.getBean(Service.class)
                    .ofTheLog(() -> assertThat(boundToLog(context)).isTrue());
        });
    }

    /** Without the log its manager is there, and Spring Boot, which has looked for one before, does not switch {@code @Transactional} on. */
    @Test
    void aThirdPartyThatComesTooLateAndSeesTheLogsManagerStepsBackWhereWithoutTheLogNothingIsTransactional() {
        AutoConfigurations tooLate = AutoConfigurations.of(UnorderedTransactionAutoConfiguration.class);
        withoutLog.withConfiguration(tooLate).run(context -> {
            assertThat(context).hasSingleBean(ThirdPartyTransactionManager.class);
            context.getBean(Service.class)
                    .plain(() -> assertThat(TransactionSynchronizationManager.isActualTransactionActive())
                            .isFalse());
        });

        runner.withConfiguration(tooLate).run(context -> {
            assertThat(context).doesNotHaveBean(ThirdPartyTransactionManager.class);
            context.getBean(Service.class)
                    .plain(() -> assertThat(boundToLog(context)).isTrue());
        });
    }

    /** What the documentation says to do. */
    @Test
    void aManagerOfAThirdPartyThatComesTooLateIsTheOneOfPlainTransactionsIfTheUserDeclaresIt() {
        runner.withConfiguration(AutoConfigurations.of(UnorderedTransactionAutoConfiguration.class))
                .withBean("declared", ThirdPartyTransactionManager.class, ThirdPartyTransactionManager::new)
                .run(context -> {
                    assertThat(context).hasSingleBean(ThirdPartyTransactionManager.class);
                    context.getBean(Service.class).plain(() -> {
                        assertThat(TransactionSynchronizationManager.isActualTransactionActive())
                                .isTrue();
                        assertThat(boundToLog(context)).isFalse();
                    });
                    context.getBean(Service.class)
                            .ofTheLog(() -> assertThat(boundToLog(context)).isTrue());
                });
    }

    @Test
    void aManagerOfTheLogThatIsTheUsersOwnReplacesOurs() {
        runner.withUserConfiguration(OwnManagerOfTheLog.class).run(context -> {
            assertThat(context).hasSingleBean(PlatformTransactionManager.class).hasBean("own");
            context.getBean(Service.class)
                    .plain(() -> assertThat(boundToLog(context)).isTrue());
        });
    }

    /** Unlike a bean of the user's own, which would come first and make Boot leave out that of the database. */
    @Test
    void aCustomizerChangesOursAndLeavesTheDatabaseItsManager() {
        Neighbour.JDBC.beside(runner).withUserConfiguration(Customizer.class).run(context -> {
            assertThat(context.getBean(WalTransactionManager.class).isFailEarlyOnGlobalRollbackOnly())
                    .isTrue();
            assertThat(context.getBean(PlatformTransactionManager.class)).isExactlyInstanceOf(Neighbour.JDBC.manager());
        });
    }

    @Test
    void theResourceFactoryIsTheLog() {
        runner.run(context -> assertThat(
                        ((ResourceTransactionManager) context.getBean("walTransactionManager")).getResourceFactory())
                .isSameAs(context.getBean(WalManager.class)));
    }

    @Test
    void nothingIsThereIfTheLogIsDisabled() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        WalAutoConfiguration.class,
                        WalTransactionAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        TransactionManagerCustomizationAutoConfiguration.class))
                .withPropertyValues("wal.enabled=false")
                .run(context -> {
                    assertThat(context).doesNotHaveBean(WalManager.class);
                    assertThat(context).doesNotHaveBean(WalTransactionManager.class);
                    assertThat(context).doesNotHaveBean(WalTemplate.class);
                    assertThat(context.getBeanDefinitionNames()).noneMatch(name -> name.startsWith("wal"));
                });
    }

    private static boolean boundToLog(ApplicationContext context) {
        return TransactionSynchronizationManager.hasResource(context.getBean(WalManager.class));
    }

    @SuppressWarnings("unchecked") // The only map of the context.
    private static DurableMap<Long, String> map(ApplicationContext context) {
        return context.getBean(DurableMap.class);
    }

    static class Service {
        @Transactional
        public void plain(Runnable action) {
            action.run();
        }

        @WalTransactional
        public void ofTheLog(Runnable action) {
            action.run();
        }

        @Transactional("wal")
        public void qualified(Runnable action) {
            action.run();
        }

        @Transactional("walTransactionManager")
        public void named(Runnable action) {
            action.run();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Services {
        @Bean
        Service service() {
            return new Service();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Maps {
        @Bean
        DurableMap<Long, String> map(DurableMaps maps) {
            return maps.map("map", Long.class, String.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoEqualManagers {
        @Bean
        PlatformTransactionManager one() {
            return new ThirdPartyTransactionManager();
        }

        @Bean
        PlatformTransactionManager other() {
            return new ThirdPartyTransactionManager();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnManagerOfTheLog {
        @Bean
        WalTransactionManager own(WalManager log) {
            return new WalTransactionManager(log);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizer {
        @Bean
        TransactionManagerCustomizer<WalTransactionManager> failEarly() {
            return manager -> manager.setFailEarlyOnGlobalRollbackOnly(true);
        }
    }
}
