package io.millrace.api.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceSubresourceScale;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceSubresourceScaleBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.millrace.api.v1alpha1.BrokerCluster;
import io.millrace.api.v1alpha1.ConsumerGroup;
import io.millrace.api.v1alpha1.Exchange;
import io.millrace.api.v1alpha1.Queue;
import io.millrace.api.v1alpha1.Topic;
import io.millrace.api.v1alpha1.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes one CRD file per kind into one directory, and the table of all fields into a file. */
public final class CrdYaml {

    private static final List<Class<? extends HasMetadata>> KINDS =
            List.of(BrokerCluster.class, Topic.class, Queue.class, Exchange.class, ConsumerGroup.class, User.class);

    private CrdYaml() {}

    /**
     * Generates the files.
     *
     * @param args the directory of the CRDs; the file of the table
     * @throws IOException if they cannot be written
     */
    public static void main(String[] args) throws IOException {
        var target = Path.of(args[0]);
        Files.createDirectories(target);
        var fields = new FieldTable();
        new CRDGenerator()
                .customResourceClasses(KINDS)
                .forCRDVersions("v1")
                .withPostProcessor(new Finish(fields))
                .inOutputDir(target.toFile())
                .withParallelGenerationEnabled(false)
                .generate();
        Files.writeString(Path.of(args[1]), fields.markdown());
    }

    private record Finish(FieldTable fields) implements CRDPostProcessor {
        @Override
        public HasMetadata process(HasMetadata crd, String version) {
            var finished = finish((CustomResourceDefinition) crd);
            fields.add(finished);
            return finished;
        }
    }

    private static CustomResourceDefinition finish(CustomResourceDefinition crd) {
        // Helm never deletes what carries this, so that uninstalling the chart does not take all objects along.
        crd.getMetadata().setAnnotations(Map.of("helm.sh/resource-policy", "keep"));
        crd.getSpec().getNames().setCategories(List.of("millrace"));
        for (var version : crd.getSpec().getVersions()) {
            version.setAdditionalPrinterColumns(
                    Columns.of(crd.getSpec().getNames().getKind()));
            finish(crd.getSpec().getNames().getKind(), version);
        }
        return crd;
    }

    private static void finish(String kind, CustomResourceDefinitionVersion version) {
        var root = version.getSchema().getOpenAPIV3Schema();
        root.setRequired(List.of("spec"));
        var status = property(root, "status");
        status.setDefault(pending());
        listMap(property(status, "conditions"), "type");
        if (kind.equals("BrokerCluster")) {
            version.getSubresources().setScale(scale());
            listMap(property(property(root, "spec"), "listeners"), "name");
        }
    }

    /** What {@code kubectl scale} and autoscalers use. */
    private static CustomResourceSubresourceScale scale() {
        return new CustomResourceSubresourceScaleBuilder()
                .withSpecReplicasPath(".spec.replicas")
                .withStatusReplicasPath(".status.replicas")
                .withLabelSelectorPath(".status.selector")
                .build();
    }

    /** Ready is there from creation, so that nobody takes an object nobody has looked at for a healthy one. */
    private static JsonNode pending() {
        var nodes = JsonNodeFactory.instance;
        var ready = nodes.objectNode()
                .put("type", "Ready")
                .put("status", "Unknown")
                .put("reason", "Pending")
                .put("message", "The operator has not looked at this object yet.")
                .put("lastTransitionTime", "1970-01-01T00:00:00Z");
        return nodes.objectNode().set("conditions", nodes.arrayNode().add(ready));
    }

    private static void listMap(JSONSchemaProps list, String key) {
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(List.of(key));
    }

    private static JSONSchemaProps property(JSONSchemaProps object, String name) {
        var property = object.getProperties().get(name);
        if (property == null) {
            throw new IllegalStateException("the schema has no property " + name);
        }
        return property;
    }
}
