package dev.wal.spring.boot.restart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restarts as development tools do them: the application is closed, and started again in the same process, with a new class loader for its classes alone. */
class RestartTests {
    @TempDir
    Path directory;

    @Test
    void aRestartInTheSameProcessGetsTheDirectoryAndItsOwnClasses() throws Exception {
        Map<String, Object> first = run();
        Map<String, Object> second = run();
        Map<String, Object> third = run();

        assertThat(first).containsEntry("starts", 1);
        assertThat(second).containsEntry("starts", 2);
        assertThat(third).containsEntry("starts", 3);
        assertThat(third.get("class")).isNotSameAs(first.get("class"));
    }

    @SuppressWarnings("unchecked") // What the class implements, whatever loader it has.
    private Map<String, Object> run() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            ClassLoader restarted = new RestartingClassLoader();
            thread.setContextClassLoader(restarted);
            return ((Function<String, Map<String, Object>>) restarted
                            .loadClass(RestartedApplication.class.getName())
                            .getDeclaredConstructor()
                            .newInstance())
                    .apply(directory.toString());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Loads the application itself, and leaves libraries to its parent. */
    private static final class RestartingClassLoader extends ClassLoader {
        private RestartingClassLoader() {
            super(RestartTests.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(RestartedApplication.class.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (file == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
