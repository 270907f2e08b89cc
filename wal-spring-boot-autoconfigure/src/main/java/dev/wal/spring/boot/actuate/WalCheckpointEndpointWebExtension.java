package dev.wal.spring.boot.actuate;

import dev.wal.common.CheckpointRefusedException;
import dev.wal.common.WalException;
import dev.wal.spring.boot.diagnostics.FailureDescription;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** Answers of {@link WalCheckpointEndpoint} over HTTP: 404 for an unknown partition, 409 for a refusal, 503 for a log that does not work. */
@EndpointWebExtension(endpoint = WalCheckpointEndpoint.class)
public class WalCheckpointEndpointWebExtension {
    private final WalCheckpointEndpoint endpoint;

    public WalCheckpointEndpointWebExtension(WalCheckpointEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @WriteOperation
    public WebEndpointResponse<Object> checkpointAll() {
        return answer(endpoint::checkpointAll);
    }

    @WriteOperation
    public WebEndpointResponse<Object> checkpointPartition(@Selector int partition) {
        if (!endpoint.hasPartition(partition)) {
            return new WebEndpointResponse<>(
                    new ErrorDescriptor("There is no partition " + partition), WebEndpointResponse.STATUS_NOT_FOUND);
        }
        return answer(() -> endpoint.checkpointPartition(partition));
    }

    private static WebEndpointResponse<Object> answer(Supplier<Object> checkpoint) {
        try {
            return new WebEndpointResponse<>(checkpoint.get(), WebEndpointResponse.STATUS_OK);
        } catch (CheckpointRefusedException e) {
            return new WebEndpointResponse<>(new ErrorDescriptor(FailureDescription.messageOf(e)), 409);
        } catch (WalException e) {
            return new WebEndpointResponse<>(
                    new ErrorDescriptor(FailureDescription.messageOf(e)),
                    WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
        }
    }

    /** @param error what went wrong, and what to do; only classes of exceptions if the application threw one */
    public record ErrorDescriptor(String error) {}
}
