package dev.wal.spring.boot.autoconfigure;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.jdbc.init.PlatformPlaceholderDatabaseDriverResolver;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;

/** Creates the table of markers. Where it does not, it does not ask the database what it is, either, which need not be there. */
final class MarkerSchemaInitializer extends DataSourceScriptDatabaseInitializer {
    private static final String SCRIPTS = "classpath:dev/wal/spring/marker/schema-@@platform@@.sql";

    MarkerSchemaInitializer(DataSource dataSource, DatabaseInitializationMode mode) {
        super(dataSource, settings(dataSource, mode));
    }

    private static DatabaseInitializationSettings settings(DataSource dataSource, DatabaseInitializationMode mode) {
        boolean creates = mode == DatabaseInitializationMode.ALWAYS
                || (mode == DatabaseInitializationMode.EMBEDDED && EmbeddedDatabaseConnection.isEmbedded(dataSource));
        DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
        settings.setMode(creates ? DatabaseInitializationMode.ALWAYS : DatabaseInitializationMode.NEVER);
        if (creates) {
            settings.setSchemaLocations(
                    List.copyOf(new PlatformPlaceholderDatabaseDriverResolver().resolveAll(dataSource, SCRIPTS)));
        }
        return settings;
    }
}
