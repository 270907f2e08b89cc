/** The starter with its neighbours: Spring Security, and Prometheus. */
@NullMarked
package dev.wal.spring.boot.integration;

import org.jspecify.annotations.NullMarked;
