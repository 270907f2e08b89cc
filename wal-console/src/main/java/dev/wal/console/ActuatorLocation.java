package dev.wal.console;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.core.env.Environment;

/** Where the browser finds the endpoints. */
final class ActuatorLocation {
    private static final List<String> ENDPOINTS =
            List.of("wal", "walrecovery", "walcheckpoint", "wallisteners", "metrics");

    private final PathMappedEndpoints endpoints;
    private final Environment environment;
    private final ManagementPortType portType;

    ActuatorLocation(PathMappedEndpoints endpoints, Environment environment) {
        this.endpoints = endpoints;
        this.environment = environment;
        this.portType = ManagementPortType.get(environment);
    }

    /** Of those that are exposed, by their ids. */
    Map<String, String> addresses(URI request, String contextPath) {
        Map<String, String> addresses = new LinkedHashMap<>();
        if (portType != ManagementPortType.DISABLED) {
            String base = foreignOrigin(request)
                    .map(origin -> origin + environment.getProperty("management.server.base-path", ""))
                    .orElse(contextPath);
            for (String id : ENDPOINTS) {
                String path = endpoints.getPath(EndpointId.of(id));
                if (path != null) {
                    addresses.put(id, base + path);
                }
            }
        }
        return addresses;
    }

    /** Where the actuator is, if it has a port of its own: on the host that the browser knows. */
    Optional<String> foreignOrigin(URI request) {
        return portType == ManagementPortType.DIFFERENT
                ? Optional.of(request.getScheme() + "://" + request.getHost() + ":" + port())
                : Optional.empty();
    }

    /** The one that was taken, where any was asked for. */
    private String port() {
        String configured = environment.getRequiredProperty("management.server.port");
        return environment.getProperty("local.management.port", configured);
    }
}
