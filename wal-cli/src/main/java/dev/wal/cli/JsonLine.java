package dev.wal.cli;

/** Puts one JSON object together. For one use. */
final class JsonLine {
    private final StringBuilder json = new StringBuilder("{");

    JsonLine name(String name) {
        if (json.length() > 1) {
            json.append(',');
        }
        json.append('"').append(name).append("\":");
        return this;
    }

    JsonLine number(String name, long value) {
        name(name);
        json.append(value);
        return this;
    }

    JsonLine text(String name, String value) {
        name(name);
        return quoted(value);
    }

    /** Adds JSON as it is. */
    JsonLine raw(String part) {
        json.append(part);
        return this;
    }

    JsonLine quoted(String text) {
        quote(text, json);
        return this;
    }

    /** A text as a JSON string. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder();
        quote(text, quoted);
        return quoted.toString();
    }

    private static void quote(String text, StringBuilder target) {
        target.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> target.append("\\\"");
                case '\\' -> target.append("\\\\");
                case '\n' -> target.append("\\n");
                case '\r' -> target.append("\\r");
                case '\t' -> target.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x7F || (Character.isSurrogate(c) && !isInPair(text, i))) {
                        target.append(String.format("\\u%04x", (int) c));
                    } else {
                        target.append(c);
                    }
                }
            }
        }
        target.append('"');
    }

    private static boolean isInPair(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }

    String end() {
        return json.append('}').toString();
    }
}
