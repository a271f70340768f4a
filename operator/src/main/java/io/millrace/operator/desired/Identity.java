package io.millrace.operator.desired;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Who a cluster is, from its birth to the end of its disks.
 *
 * @param clusterId Kafka's cluster id
 * @param directories directory id of each initial controller, by node id
 * @param born whether the quorum has once had a leader; from then on nobody may found it anew
 */
public record Identity(String clusterId, Map<Integer, String> directories, boolean born) {
    public Identity {
        directories = Map.copyOf(directories);
    }

    /** Reads what {@link #initialControllers} wrote. */
    public static Identity parse(String clusterId, String initialControllers, boolean born) {
        var directories = new TreeMap<Integer, String>();
        for (var controller : initialControllers.split(",", -1)) {
            var id = controller.substring(0, controller.indexOf('@'));
            directories.put(Integer.parseInt(id), controller.substring(controller.lastIndexOf(':') + 1));
        }
        return new Identity(clusterId, directories, born);
    }

    /** Returns the first voters in Kafka's form: id@host:port:directory. */
    public String initialControllers(java.util.function.IntFunction<String> host) {
        return new TreeMap<>(directories)
                .entrySet().stream()
                        .map(entry ->
                                "%d@%s:9090:%s".formatted(entry.getKey(), host.apply(entry.getKey()), entry.getValue()))
                        .collect(Collectors.joining(","));
    }

    /** The same cluster after its quorum has had a leader. */
    public Identity afterBirth() {
        return new Identity(clusterId, directories, true);
    }
}
