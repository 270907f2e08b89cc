package dev.wal.spring.boot.actuate;

import dev.wal.common.WalException;
import dev.wal.common.WalOvertakenException;
import dev.wal.spring.boot.diagnostics.FailureDescription;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Answers of {@link WalListenersEndpoint} over HTTP: 404 for an unknown listener, 400 for an unknown action or position, 409 for what is not possible now, 503 if the log does not work.
 */
@EndpointWebExtension(endpoint = WalListenersEndpoint.class)
public class WalListenersEndpointWebExtension {
    private final WalListenersEndpoint endpoint;

    public WalListenersEndpointWebExtension(WalListenersEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @WriteOperation
    public WebEndpointResponse<Object> control(@Selector String id, @Selector String action) {
        return answer(id, () -> endpoint.control(id, action));
    }

    @WriteOperation
    public WebEndpointResponse<Object> reset(@Selector String id, @Selector String action, @Selector long position) {
        return answer(id, () -> endpoint.reset(id, action, position));
    }

    private WebEndpointResponse<Object> answer(String id, Supplier<Object> control) {
        if (!endpoint.hasListener(id)) {
            return error("There is no listener " + id, WebEndpointResponse.STATUS_NOT_FOUND);
        }
        try {
            return new WebEndpointResponse<>(control.get(), WebEndpointResponse.STATUS_OK);
        } catch (IllegalArgumentException e) {
            return error(e.getMessage(), WebEndpointResponse.STATUS_BAD_REQUEST);
        } catch (IllegalStateException e) {
            return error(e.getMessage(), 409);
        } catch (WalOvertakenException e) {
            return error(FailureDescription.messageOf(e), 409);
        } catch (WalException e) {
            return error(FailureDescription.messageOf(e), WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
        }
    }

    private static WebEndpointResponse<Object> error(@Nullable String message, int status) {
        return new WebEndpointResponse<>(
                new WalCheckpointEndpointWebExtension.ErrorDescriptor(String.valueOf(message)), status);
    }
}
