package io.millrace.operator.plan;

import io.millrace.operator.plan.InPlaceResize.Given;
import java.util.List;
import java.util.Map;

/**
 * What is to be changed in pods that run, by their names.
 *
 * @param annotations what they wait to be told, or who looks at them later goes by
 * @param resizes what their containers are to be given
 */
public record PodChanges(Map<String, Map<String, String>> annotations, Map<String, Resizing> resizes) {

    /** Nothing. */
    public static final PodChanges NONE = new PodChanges(Map.of(), Map.of());

    /**
     * What the containers of a pod are to be given.
     *
     * @param revision the revision of its StatefulSet that this is for
     */
    public record Resizing(List<Given> containers, String revision) {
        public Resizing {
            containers = List.copyOf(containers);
        }
    }

    public PodChanges {
        annotations = Map.copyOf(annotations);
        resizes = Map.copyOf(resizes);
    }
}
