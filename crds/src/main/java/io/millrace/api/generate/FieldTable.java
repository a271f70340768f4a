package io.millrace.api.generate;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The page that lists every field a user can write: whatever is in the schema is honoured by the operator. */
final class FieldTable {

    private final TreeMap<String, String> sections = new TreeMap<>();

    void add(CustomResourceDefinition crd) {
        var kind = crd.getSpec().getNames().getKind();
        var spec = crd.getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties()
                .get("spec");
        var rows = new StringBuilder();
        addRows("spec", spec, rows);
        sections.put(kind, "\n## %s\n\n| field | meaning | default |\n| --- | --- | --- |\n%s".formatted(kind, rows));
    }

    String markdown() {
        return "# Fields of each kind\n\nGenerated from the kinds in `crds`. Every field listed here works;"
                + " what does not work yet is not in the schema, and the API server refuses or drops it.\n"
                + String.join("", sections.values());
    }

    private static void addRows(String path, @Nullable JSONSchemaProps schema, StringBuilder rows) {
        if (schema == null || schema.getProperties() == null) {
            return;
        }
        schema.getProperties().forEach((name, property) -> {
            var items = property.getItems() == null ? null : property.getItems().getSchema();
            var child = path + "." + name + (items == null ? "" : "[]");
            var fallback = property.getDefault() == null
                    ? ""
                    : "`" + property.getDefault().asText() + "`";
            var meaning = property.getDescription() == null ? "" : property.getDescription();
            rows.append("| `%s` | %s | %s |\n".formatted(child, meaning.replace("|", "\\|"), fallback));
            addRows(child, items == null ? property : items, rows);
        });
    }
}
