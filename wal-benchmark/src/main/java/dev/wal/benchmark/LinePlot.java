package dev.wal.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Lines over two logarithmic axes, as SVG, readable on light and on dark pages. For one thread. */
final class LinePlot {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 480;
    private static final int LEFT = 80;
    private static final int RIGHT = 250;
    private static final int TOP = 50;
    private static final int BOTTOM = 60;
    private static final int LEGEND_STEP = 22;
    private static final double POWER = 10;
    private static final List<String> COLORS = List.of(
            "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a6d3b", "#7f7f7f", "#6a3d9a",
            "#b15928", "#33a02c", "#e31a1c", "#000000", "#fb9a99", "#808000");
    private static final String STYLE = "text{font:13px sans-serif;fill:#24292f}.h{font-weight:bold;font-size:15px}"
            + ".g{stroke:#d0d7de;stroke-width:1}.l{fill:none;stroke-width:2}rect{fill:#ffffff}";

    private final String title;
    private final String horizontal;
    private final Map<String, Map<Double, Double>> lines = new LinkedHashMap<>();

    /** @param horizontal what grows to the right */
    LinePlot(String title, String horizontal) {
        this.title = title;
        this.horizontal = horizontal;
    }

    String title() {
        return title;
    }

    /** Adds a point to a line; nothing if its height is no positive number, which a logarithmic axis cannot show. */
    void point(String line, double x, double y) {
        if (y > 0) {
            lines.computeIfAbsent(line, name -> new TreeMap<>()).put(x, y);
        }
    }

    String toSvg() {
        Axis x = new Axis(least(Map.Entry::getKey), most(Map.Entry::getKey), LEFT, WIDTH - RIGHT);
        Axis y = new Axis(floor(least(Map.Entry::getValue)), ceiling(most(Map.Entry::getValue)), HEIGHT - BOTTOM, TOP);
        StringBuilder svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " "
                + HEIGHT + "\" role=\"img\" aria-label=\"" + escape(title) + "\">\n<style>" + STYLE + "</style>\n");
        svg.append("<rect width=\"100%\" height=\"100%\"/>\n");
        text(svg, LEFT, TOP / 2.0, "start", "h", title);
        drawGrid(svg, x, y);
        int index = 0;
        for (Map.Entry<String, Map<Double, Double>> line : lines.entrySet()) {
            drawLine(svg, x, y, line, COLORS.get(index % COLORS.size()), TOP + index * LEGEND_STEP);
            index++;
        }
        return svg.append("</svg>\n").toString();
    }

    /** An axis between two values, at least a factor of ten apart. */
    private record Axis(double least, double most, double from, double to) {
        Axis {
            most = Math.max(most, least * POWER);
        }

        double at(double value) {
            return from + (to - from) * Math.log(value / least) / Math.log(most / least);
        }
    }

    private void drawGrid(StringBuilder svg, Axis x, Axis y) {
        for (double value = y.least(); value <= y.most() * 1.001; value *= POWER) {
            double at = y.at(value);
            line(svg, LEFT, at, WIDTH - RIGHT, at);
            text(svg, LEFT - 8.0, at + 4, "end", "", label(value));
        }
        for (double value : lines.values().stream()
                .flatMap(points -> points.keySet().stream())
                .distinct()
                .toList()) {
            double at = x.at(value);
            line(svg, at, TOP, at, HEIGHT - BOTTOM);
            text(svg, at, HEIGHT - BOTTOM + 18.0, "middle", "", label(value));
        }
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 15.0, "middle", "", horizontal);
    }

    private static void drawLine(
            StringBuilder svg, Axis x, Axis y, Map.Entry<String, Map<Double, Double>> line, String color, int legend) {
        svg.append("<polyline class=\"l\" stroke=\"").append(color).append("\" points=\"");
        line.getValue()
                .forEach((from, height) -> svg.append(format(x.at(from)))
                        .append(',')
                        .append(format(y.at(height)))
                        .append(' '));
        svg.append("\"/>\n");
        line.getValue()
                .forEach((from, height) -> svg.append("<circle r=\"3\" fill=\"")
                        .append(color)
                        .append("\" cx=\"")
                        .append(format(x.at(from)))
                        .append("\" cy=\"")
                        .append(format(y.at(height)))
                        .append("\"/>\n"));
        int left = WIDTH - RIGHT + 15;
        svg.append("<line stroke-width=\"3\" stroke=\"").append(color).append('"');
        coordinates(svg, left, legend, left + 18.0, legend);
        text(svg, left + 24.0, legend + 4.0, "start", "", line.getKey());
    }

    private static void line(StringBuilder svg, double fromX, double fromY, double toX, double toY) {
        svg.append("<line class=\"g\"");
        coordinates(svg, fromX, fromY, toX, toY);
    }

    private static void coordinates(StringBuilder svg, double fromX, double fromY, double toX, double toY) {
        svg.append(" x1=\"").append(format(fromX)).append("\" y1=\"").append(format(fromY));
        svg.append("\" x2=\"")
                .append(format(toX))
                .append("\" y2=\"")
                .append(format(toY))
                .append("\"/>\n");
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String style, String text) {
        svg.append("<text x=\"").append(format(x)).append("\" y=\"").append(format(y));
        svg.append("\" text-anchor=\"")
                .append(anchor)
                .append("\" class=\"")
                .append(style)
                .append("\">");
        svg.append(escape(text)).append("</text>\n");
    }

    private double least(ToDoubleFunction<Map.Entry<Double, Double>> coordinate) {
        return lines.values().stream()
                .flatMap(points -> points.entrySet().stream())
                .mapToDouble(coordinate)
                .min()
                .orElse(1);
    }

    private double most(ToDoubleFunction<Map.Entry<Double, Double>> coordinate) {
        return lines.values().stream()
                .flatMap(points -> points.entrySet().stream())
                .mapToDouble(coordinate)
                .max()
                .orElse(POWER);
    }

    private static double floor(double value) {
        return Math.pow(POWER, Math.floor(Math.log10(value)));
    }

    private static double ceiling(double value) {
        return Math.pow(POWER, Math.ceil(Math.log10(value)));
    }

    private static String label(double value) {
        if (value >= 1 << 20 && value % (1 << 20) == 0) {
            return value >= 1 << 30 ? Math.round(value / (1 << 30)) + "Gi" : Math.round(value / (1 << 20)) + "Mi";
        }
        if (value >= 1e6) {
            return Math.round(value / 1e6) + "M";
        }
        if (value >= 1e3) {
            return Math.round(value / 1e3) + "k";
        }
        return value >= 1 ? String.valueOf(Math.round(value)) : String.valueOf((float) value);
    }

    private static String format(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
