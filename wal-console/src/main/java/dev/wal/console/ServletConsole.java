package dev.wal.console;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** The page over Spring MVC. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class ServletConsole {

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
    private static ServerResponse redirect(ServerRequest request, String path) {
        return ServerResponse.temporaryRedirect(request.uriBuilder()
                        .replacePath(contextPath(request) + path + "/")
                        .build())
                .build();
    }

    private static ServerResponse page(ConsolePage page, ServerRequest request) {
        return ServerResponse.ok()
                .contentType(ConsolePage.TYPE)
                .cacheControl(CacheControl.noStore())
                .header("Content-Security-Policy", page.contentSecurityPolicy(request.uri()))
                .header("Referrer-Policy", "no-referrer")
                .header("X-Content-Type-Options", "nosniff")
                .body(page.html(request.uri(), contextPath(request)));
    }

    private static String contextPath(ServerRequest request) {
        return request.requestPath().contextPath().value();
    }

    private static ServerResponse file(ConsoleFile file) {
        return ServerResponse.ok()
                .contentType(file.type())
                .cacheControl(CacheControl.noCache())
                .header("X-Content-Type-Options", "nosniff")
                .body(file.content());
    }
}
