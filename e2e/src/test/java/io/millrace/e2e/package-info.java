/**
 * Black-box tests of a running cluster: kubectl, the Kubernetes API and third-party clients of both protocols, never our own classes.
 * They run on the Kubernetes of KUBECONFIG, where the operator must be installed.
 */
@NullMarked
package io.millrace.e2e;

import org.jspecify.annotations.NullMarked;
