package dev.wal.spring.boot.integration;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict reader of Prometheus' text format, version 0.0.4, of our own: the Java client of Prometheus writes the format and does not read it. It refuses what a scrape would: lines that are none, a type that comes twice or behind a sample, two samples of one series, and samples that do not belong to their type.
 */
final class PrometheusText {
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (NaN|[+-]Inf|[-+0-9.eE]+)( [0-9]+)?");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");
    private static final Set<String> TYPES = Set.of("counter", "gauge", "summary", "histogram", "untyped");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();

    static PrometheusText parse(String text) {
        PrometheusText parsed = new PrometheusText();
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("the last line does not end");
        }
        text.lines().filter(line -> !line.isEmpty()).forEach(parsed::line);
        return parsed;
    }

    private void line(String line) {
        if (line.startsWith("#")) {
            comment(line);
            return;
        }
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new IllegalArgumentException("not a sample: " + line);
        }
        String name = sample.group(1);
        String series = name + labels(sample.group(2));
        if (samples.put(series, value(sample.group(3))) != null) {
            throw new IllegalArgumentException("twice: " + series);
        }
        if (!belongsToAType(name)) {
            throw new IllegalArgumentException("a sample of no type: " + line);
        }
        names.add(name);
    }

    private void comment(String line) {
        Matcher comment = COMMENT.matcher(line);
        if (!comment.matches()) {
            throw new IllegalArgumentException("not a comment of the format: " + line);
        }
        if (comment.group(1).equals("TYPE")) {
            String name = comment.group(2);
            if (!TYPES.contains(comment.group(3))
                    || names.contains(name)
                    || types.put(name, comment.group(3)) != null) {
                throw new IllegalArgumentException("a type that is unknown, late or given twice: " + line);
            }
        }
    }

    private boolean belongsToAType(String name) {
        String type = types.get(name);
        if (type != null) {
            return !type.equals("histogram");
        }
        String family = name.replaceFirst("_(sum|count|bucket)$", "");
        String compound = types.get(family);
        return "histogram".equals(compound) || ("summary".equals(compound) && !name.endsWith("_bucket"));
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        if (text == null) {
            return labels;
        }
        Matcher label = LABEL.matcher(text);
        int end = 0;
        while (end < text.length() && label.find(end) && label.start() == end) {
            labels.put(label.group(1), label.group(2));
            end = label.end();
        }
        if (end != text.length()) {
            throw new IllegalArgumentException("not labels: " + text);
        }
        return labels;
    }

    private static double value(String text) {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** Type by name of the metric. */
    Map<String, String> types() {
        return types;
    }

    /** Names of the samples, as queries use them. */
    Set<String> names() {
        return names;
    }

    /** Value of a series, which is written as its name and its labels in order, as in {@code name{a=b}}. */
    double value(String name, Map<String, String> labels) {
        Double value = samples.get(name + new TreeMap<>(labels));
        if (value == null) {
            throw new IllegalArgumentException("no series " + name + labels);
        }
        return value;
    }
}
