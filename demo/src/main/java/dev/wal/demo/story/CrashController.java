package dev.wal.demo.story;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Ends the process as a crash does: it is told nothing, and completes nothing. Only where {@code demo.crash.enabled} says so, only from this machine, and only with a type of content that
 * a page of another site cannot send without being asked.
 */
@RestController
@ConditionalOnBooleanProperty("demo.crash.enabled")
class CrashController {
    private static final int KILLED = 137;
    private static final Logger logger = LoggerFactory.getLogger(CrashController.class);

    private final Runnable halt;

    @Autowired
    CrashController() {
        this(() -> Runtime.getRuntime().halt(KILLED));
    }

    CrashController(Runnable halt) {
        this.halt = halt;
    }

    /** Never answers, where it is allowed. */
    @PostMapping(path = "/demo/crash", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Void> crash(HttpServletRequest request) throws UnknownHostException {
        if (!isLocal(request)) {
            return ResponseEntity.status(HttpStatus.FORBIDDEN).build();
        }
        logger.warn("The process ends here, as the page asked");
        halt.run();
        return ResponseEntity.noContent().build();
    }

    /** From this machine, and not handed on by a proxy on it. */
    private static boolean isLocal(HttpServletRequest request) throws UnknownHostException {
        // An address, never a name: nothing is looked up.
        return InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress()
                && request.getHeader("X-Forwarded-For") == null
                && request.getHeader("Forwarded") == null;
    }
}
