package io.millrace.operator.plan;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * The authorities of a cluster, as its users need them.
 *
 * @param published certificates that clients trust, PEM; empty while there are none
 * @param clients who issues certificates of users; empty while there is none
 */
public record ClusterTrust(Optional<String> published, Optional<X509Certificate> clients) {}
