package dev.wal.console;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The page over Spring WebFlux. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(DispatcherHandler.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
class ReactiveConsole {

    @Bean
    RouterFunction<ServerResponse> walConsole(ConsolePage page, WalConsoleProperties properties) {
        String path = properties.path();
        RouterFunctions.Builder routes = RouterFunctions.route()
                .GET(path, request -> redirect(request, path))
                .GET(path + "/", request -> page(page, request));
        ConsolePage.FILES.forEach(file -> routes.GET(path + "/" + file.name(), request -> file(file)));
        return routes.build();
    }

    /** The page names its files relative to itself, behind the slash. */
    private static Mono<ServerResponse> redirect(ServerRequest request, String path) {
        return ServerResponse.temporaryRedirect(request.uriBuilder()
                        .replacePath(contextPath(request) + path + "/")
                        .build())
                .build();
    }

    private static Mono<ServerResponse> page(ConsolePage page, ServerRequest request) {
        return ServerResponse.ok()
                .contentType(ConsolePage.TYPE)
                .cacheControl(CacheControl.noStore())
                .header("Content-Security-Policy", page.contentSecurityPolicy(request.uri()))
                .header("Referrer-Policy", "no-referrer")
                .header("X-Content-Type-Options", "nosniff")
                .bodyValue(page.html(request.uri(), contextPath(request)));
    }

    private static String contextPath(ServerRequest request) {
        return request.requestPath().contextPath().value();
    }

    private static Mono<ServerResponse> file(ConsoleFile file) {
        return ServerResponse.ok()
                .contentType(file.type())
                .cacheControl(CacheControl.noCache())
                .header("X-Content-Type-Options", "nosniff")
                .bodyValue(file.content());
    }
}
