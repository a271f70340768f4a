/** Reconcilers at work: a real API server, a real Kafka, and what a user sees. */
package io.millrace.operator.running;
