package io.millrace.operator.bench;

import java.util.List;

/** What a benchmark says, and how it reckons. */
final class Words {

    private Words() {}

    static void say(String format, Object... values) {
        System.out.printf(format + "%n", values);
    }

    static double secondsSince(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Returns the value below which a part of the sorted values lie. */
    static <T> T quantile(List<T> sorted, double part) {
        return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * part)));
    }
}
