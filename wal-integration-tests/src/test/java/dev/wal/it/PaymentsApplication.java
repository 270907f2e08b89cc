package dev.wal.it;

import dev.wal.spring.DurableMaps;
import dev.wal.state.DurableMap;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.RecordInterceptor;

/**
 * The application of {@link Payments}, as a process that can be killed. Says on its output that it has started, and which payment it has applied. It ends with the process that started it:
 * when its input does.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(
        exclude = {
            DataSourceAutoConfiguration.class,
            HibernateJpaAutoConfiguration.class,
            DataJpaRepositoriesAutoConfiguration.class
        })
class PaymentsApplication {
    static final String SAYS = "payments: ";
    static final String STARTED = "started";
    static final String APPLIED = "applied ";

    /** @param arguments the address of the broker, and the directory of the log */
    public static void main(String[] arguments) {
        Thread watch = new Thread(PaymentsApplication::endWithInput, "end of input");
        watch.setDaemon(true);
        watch.start();
        start(Path.of(arguments[1]), "spring.kafka.bootstrap-servers=" + arguments[0]);
        say(STARTED);
    }

    private static void endWithInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The input has ended, too.
        }
        Runtime.getRuntime().halt(1);
    }

    private static void say(String line) {
        System.out.println(SAYS + line);
    }

    static ConfigurableApplicationContext start(Path directory, String property) {
        return Applications.start(
                directory,
                PaymentsApplication.class,
                property,
                "spring.kafka.consumer.auto-offset-reset=earliest",
                // A consumer that was killed is given up soon, and its partitions go to the next.
                "spring.kafka.consumer.properties[session.timeout.ms]=3000",
                "spring.kafka.consumer.heartbeat-interval=500ms",
                "spring.kafka.consumer.value-deserializer=org.apache.kafka.common.serialization.LongDeserializer");
    }

    @Bean
    Payments payments(DurableMap<String, Long> balances, DurableMap<String, Long> offsets) {
        return new Payments(balances, offsets);
    }

    @Bean
    DurableMap<String, Long> balances(DurableMaps maps) {
        return maps.map("balances", String.class, Long.class);
    }

    @Bean
    DurableMap<String, Long> offsets(DurableMaps maps) {
        return maps.map("offsets", String.class, Long.class);
    }

    @Bean
    RecordInterceptor<Object, Object> teller() {
        return new RecordInterceptor<>() {
            @Override
            public ConsumerRecord<Object, Object> intercept(
                    ConsumerRecord<Object, Object> message, Consumer<Object, Object> consumer) {
                return message;
            }

            @Override
            public void success(ConsumerRecord<Object, Object> message, Consumer<Object, Object> consumer) {
                say(APPLIED + message.partition() + " " + message.offset());
            }
        };
    }
}
