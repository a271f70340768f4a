package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.plan.ClusterCertificates;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at the certificates of a cluster; keys and passwords stay where they are. */
final class CertificateObserver {

    private CertificateObserver() {}

    /** Looks. */
    static ClusterCertificates observe(Stream<Secret> secrets, Stream<Pod> brokers, Instant now) {
        var files = new HashMap<String, Map<String, String>>();
        secrets.forEach(secret -> files.put(
                secret.getMetadata().getName(),
                ClusterSecret.files(secret).entrySet().stream()
                        .filter(file -> ClusterCertificates.isPublic(file.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))));
        var addresses = brokers.filter(pod -> pod.getStatus() != null)
                .map(pod -> pod.getStatus().getHostIP())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return new ClusterCertificates(files, addresses, now);
    }
}
