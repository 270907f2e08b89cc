package zz;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;
import zz.ThirdPartyTransactionAutoConfiguration.ThirdPartyTransactionManager;

/** Makes its manager whatever there is, after Spring Boot has looked for managers. */
@AutoConfiguration
public class UnconditionalTransactionAutoConfiguration {

    @Bean
    PlatformTransactionManager unconditionalTransactionManager() {
        return new ThirdPartyTransactionManager();
    }
}
