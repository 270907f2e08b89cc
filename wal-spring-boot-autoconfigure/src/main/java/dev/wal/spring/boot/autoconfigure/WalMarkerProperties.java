package dev.wal.spring.boot.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.sql.init.DatabaseInitializationMode;

/**
 * Properties of the table of markers.
 *
 * @param initializeSchema When to create the table of markers in the database that the log joins
 */
@ConfigurationProperties("wal.transaction.marker")
record WalMarkerProperties(@DefaultValue("embedded") DatabaseInitializationMode initializeSchema) {}
