package io.millrace.operator.intent;

/**
 * One entry of Kafka's access control list, in Kafka's words.
 *
 * @param resource TOPIC, GROUP, TRANSACTIONAL_ID or CLUSTER
 * @param name name or prefix; * for all
 * @param prefixed whether the name is a prefix
 * @param principal such as User:alice
 * @param operation READ, WRITE, ...
 * @param allow false denies
 */
public record Acl(String resource, String name, boolean prefixed, String principal, String operation, boolean allow) {}
