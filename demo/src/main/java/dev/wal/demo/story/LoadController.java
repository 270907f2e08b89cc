package dev.wal.demo.story;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/demo/load")
class LoadController {
    private final LoadGenerator load;

    LoadController(LoadGenerator load) {
        this.load = load;
    }

    /** @param transfers how many, at most {@link LoadGenerator#TRANSFERS_MAX} */
    record LoadRequest(int transfers) {}

    @GetMapping
    LoadGenerator.Status status() {
        return load.status();
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<LoadGenerator.Status> start(@RequestBody LoadRequest request) {
        if (request.transfers() < 1 || request.transfers() > LoadGenerator.TRANSFERS_MAX) {
            return ResponseEntity.badRequest().body(load.status());
        }
        boolean started = load.start(request.transfers());
        return ResponseEntity.status(started ? HttpStatus.ACCEPTED : HttpStatus.CONFLICT)
                .body(load.status());
    }
}
