/** An application with {@link org.springframework.modulith.events.ApplicationModuleListener listeners}, for tests. */
package dev.wal.spring.modulith.shop;
