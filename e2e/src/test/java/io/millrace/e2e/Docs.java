package io.millrace.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The documentation, as users find it. */
final class Docs {
    static final Path CHECKOUT = Path.of("..");

    private Docs() {}

    /** All pages for users. */
    static List<Page> pages() {
        try (var docs = Files.walk(CHECKOUT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(
                                    "README.md",
                                    "helm-chart/README.md",
                                    "examples/README.md",
                                    "examples/apps/README.md"),
                            docs.filter(file -> file.toString().endsWith(".md"))
                                    .map(file -> CHECKOUT.relativize(file).toString())
                                    .sorted())
                    .map(Docs::page)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The page that a name is of, or is of a section of. */
    static Page page(String name) {
        var page = name.split("#", 2)[0];
        return Page.parse(page, text(page));
    }

    static String text(String page) {
        try {
            return Files.readString(CHECKOUT.resolve(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
