/** An application that Spring Boot's development tools restart. It is started in a process of its own. */
@NullMarked
package dev.wal.spring.boot.integration.devtools;

import org.jspecify.annotations.NullMarked;
