/** A real Kubernetes API server for tests: etcd and kube-apiserver, no node, no root. */
package io.millrace.kube;
