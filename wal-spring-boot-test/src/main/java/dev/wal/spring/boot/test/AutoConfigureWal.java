package dev.wal.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives each test context an empty log in a temporary directory of its own, whatever {@code wal.directory} says. Test classes of one configuration share a context, and its log, as ever; contexts that stay in the cache do not get into each
 * other's way. The directory is deleted when its context is closed.
 *
 * <p>Segments are small (1 MB) unless {@code wal.segment.size} is set, so that a context starts fast.
 *
 * <pre>{@code
 * @SpringBootTest
 * @AutoConfigureWal
 * @Transactional
 * class TransfersTests { … }
 * }</pre>
 *
 * <p>With {@code @Transactional}, what a test wrote is rolled back behind it, and nobody else ever sees it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface AutoConfigureWal {}
