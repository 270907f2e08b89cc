/**
 * A page that shows the log live. It is static, and asks the actuator from the browser: who may not see an endpoint sees nothing of it here.
 */
@NullMarked
package dev.wal.console;

import org.jspecify.annotations.NullMarked;
