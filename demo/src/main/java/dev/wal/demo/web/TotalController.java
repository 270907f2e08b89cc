package dev.wal.demo.web;

import dev.wal.demo.ledger.TotalService;
import dev.wal.demo.ledger.Totals;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class TotalController {
    private final TotalService totals;

    TotalController(TotalService totals) {
        this.totals = totals;
    }

    @GetMapping("/total")
    Totals total() {
        return totals.totals();
    }
}
