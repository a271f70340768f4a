package io.millrace.operator.observe;

import io.fabric8.kubernetes.api.model.Secret;
import io.millrace.operator.desired.ClusterSecret;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.plan.ClusterCertificates;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at the certificates of a cluster; keys and passwords stay where they are. */
final class CertificateObserver {

    private CertificateObserver() {}

    /** Looks. */
    static ClusterCertificates observe(Stream<Secret> secrets, Outside outside, Instant now) {
        var files = new HashMap<String, Map<String, String>>();
        secrets.forEach(secret -> files.put(
                secret.getMetadata().getName(),
                ClusterSecret.files(secret).entrySet().stream()
                        .filter(file -> ClusterCertificates.isPublic(file.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))));
        return new ClusterCertificates(files, outside, now);
    }
}
