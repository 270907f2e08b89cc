package zz;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionManager;
import zz.ThirdPartyTransactionAutoConfiguration.ThirdPartyTransactionManager;

/** Makes its manager where there is none, and does not say that it comes before that is decided: Spring Boot has looked for managers by then. */
@AutoConfiguration
public class UnorderedTransactionAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(TransactionManager.class)
    PlatformTransactionManager unorderedTransactionManager() {
        return new ThirdPartyTransactionManager();
    }
}
