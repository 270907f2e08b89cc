package dev.wal.spring.modulith.shop;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application of two modules: orders are placed, and shipped afterwards. Its tests have a database on the class path, which it does without. */
@SpringBootApplication(
        excludeName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration"
        })
public class ShopApplication {}
