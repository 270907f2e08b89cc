package dev.wal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wal.storage.MemoryStorage;
import dev.wal.storage.Storage;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether there is a manifest. */
class ManifestStoreTest {
    @Test
    void aManifestThatAListOfTheDirectoryPassedOverWhileItWasReplacedIsThere() throws IOException {
        MemoryStorage files = new MemoryStorage();
        Manifest manifest = Manifest.initial(7, 2);
        new ManifestStore(files).write(manifest);
        Storage changing = (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(),
                new Class<?>[] {Storage.class},
                (proxy, method, arguments) ->
                        method.getName().equals("list") ? List.of() : method.invoke(files, arguments));

        assertThat(new ManifestStore(changing).read()).contains(manifest);
        assertThat(new ManifestStore(new MemoryStorage()).read()).isEmpty();
    }
}
