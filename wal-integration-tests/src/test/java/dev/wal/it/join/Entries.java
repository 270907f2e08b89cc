package dev.wal.it.join;

import dev.wal.state.DurableMap;

/** Says what the map holds when it is given to a bean, and when asked. */
final class Entries {
    private final DurableMap<Long, Long> map;
    private final Pipe pipe;

    Entries(DurableMap<Long, Long> map, Pipe pipe) {
        this.map = map;
        this.pipe = pipe;
        say();
    }

    void say() {
        StringBuilder line = new StringBuilder("entries");
        map.forEach((id, amount) -> line.append(' ').append(id).append('=').append(amount));
        pipe.say(line.toString());
    }
}
