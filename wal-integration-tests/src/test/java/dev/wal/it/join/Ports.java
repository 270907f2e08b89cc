package dev.wal.it.join;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Of servers that are killed and started again: theirs is not one that the system gives to others meanwhile. */
final class Ports {
    /** Systems give out of those that are higher. */
    private static final int MIN = 20_000;

    private static final int END = 30_000;
    private static final int TRIES_MAX = 100;

    private Ports() {}

    static int free() throws IOException {
        IOException taken = new IOException("No port was tried");
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            int port = ThreadLocalRandom.current().nextInt(MIN, END);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                taken = e;
            }
        }
        throw taken;
    }
}
